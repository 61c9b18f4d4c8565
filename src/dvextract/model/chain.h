/* Sums over a linear chain's tags, forward, backward and along the best path.

   Every row has WIDE numbers, of which the last are none of a tag. Sums are made lane by lane in one fixed order, so all
   processors give the same bits, with wide registers or without. */

#ifndef DVEXTRACT_CHAIN_H
#define DVEXTRACT_CHAIN_H

#include <stdint.h>
#include <string.h>

enum { LANES = 4, PARTS = 6, WIDE = LANES * PARTS };

#define NOWHERE -1e30f

#if defined(__GNUC__)
typedef float Lanes __attribute__((vector_size(16)));
typedef int32_t Bits __attribute__((vector_size(16)));

static inline Lanes all(float x) { return (Lanes){x, x, x, x}; }
static inline Lanes add(Lanes a, Lanes b) { return a + b; }
static inline Lanes times(Lanes a, Lanes b) { return a * b; }
static inline Lanes larger(Lanes a, Lanes b)
{
    Bits is = a > b;
    return (Lanes)(((Bits)a & is) | ((Bits)b & ~is));
}
static inline Lanes power_of_two(Lanes shifted) { return (Lanes)(((Bits)shifted + 127) << 23); }
static inline Lanes where_larger(Lanes a, Lanes b, Lanes kept) { return (Lanes)((Bits)(a > b) & (Bits)kept); }
#else
typedef struct { float at[LANES]; } Lanes;

static inline Lanes all(float x) { return (Lanes){{x, x, x, x}}; }
#define EACH(expression)                                                                                               \
    Lanes to;                                                                                                          \
    for (int i = 0; i < LANES; i++)                                                                                    \
        to.at[i] = expression;                                                                                         \
    return to
static inline Lanes add(Lanes a, Lanes b) { EACH(a.at[i] + b.at[i]); }
static inline Lanes times(Lanes a, Lanes b) { EACH(a.at[i] * b.at[i]); }
static inline Lanes larger(Lanes a, Lanes b) { EACH(a.at[i] > b.at[i] ? a.at[i] : b.at[i]); }
static inline Lanes where_larger(Lanes a, Lanes b, Lanes kept) { EACH(a.at[i] > b.at[i] ? kept.at[i] : 0.0f); }
static inline Lanes power_of_two(Lanes shifted)
{
    uint32_t bits[LANES];
    memcpy(bits, &shifted, sizeof bits);
    for (int i = 0; i < LANES; i++)
        bits[i] = (bits[i] + 127) << 23;
    memcpy(&shifted, bits, sizeof bits);
    return shifted;
}
#endif

static inline float at(Lanes x, int i)
{
    float each[LANES];
    memcpy(each, &x, sizeof each);
    return each[i];
}

/* e^x for x up to 88, with an error of some units in the last place; 0 from -87 on. The argument is cut into a multiple
   of ln 2 and a rest, for which there is a polynomial (of Cephes): C libraries differ in the last bits. */
static inline Lanes exponential(Lanes x)
{
    const Lanes shift = all(12582912.0f); /* 1.5 * 2^23: a number added to it is rounded to a whole one */
    Lanes kept = larger(x, all(-87.0f));
    Lanes shifted = add(times(kept, all(1.44269504f)), shift);
    Lanes turns = add(shifted, all(-12582912.0f));
    Lanes rest = add(kept, times(turns, all(-0.693359375f)));
    rest = add(rest, times(turns, all(2.12194440e-4f)));
    Lanes sum = add(times(all(1.9875691500e-4f), rest), all(1.3981999507e-3f));
    sum = add(times(sum, rest), all(8.3334519073e-3f));
    sum = add(times(sum, rest), all(4.1665795894e-2f));
    sum = add(times(sum, rest), all(1.6666665459e-1f));
    sum = add(times(sum, rest), all(5.0000001201e-1f));
    sum = add(add(times(sum, times(rest, rest)), rest), all(1.0f));
    return where_larger(x, all(-87.0f), times(sum, power_of_two(shifted)));
}

static inline float largest(Lanes x)
{
    float a = at(x, 0) > at(x, 1) ? at(x, 0) : at(x, 1), b = at(x, 2) > at(x, 3) ? at(x, 2) : at(x, 3);
    return a > b ? a : b;
}

/* What a row is multiplied by so that its sum is about 1. */
static inline Lanes leveller(const Lanes *row)
{
    Lanes sum = add(add(add(row[0], row[1]), add(row[2], row[3])), add(row[4], row[5]));
    return all(1.0f / ((at(sum, 0) + at(sum, 1)) + (at(sum, 2) + at(sum, 3)) + 1e-30f));
}

/* A row of scores; what is none of a tag is never the largest. */
static inline void filled(const float *scores, int tags, Lanes *to)
{
    float row[WIDE];
    for (int i = 0; i < WIDE; i++)
        row[i] = i < tags ? scores[i] : NOWHERE;
    memcpy(to, row, sizeof row);
}

/* likely[i] = e^(scores[i] - the largest of them) of one syllable, at least 1e-30 */
static inline void likelihoods(const float *scores, int tags, Lanes *likely)
{
    filled(scores, tags, likely);
    Lanes most = likely[0];
    for (int p = 1; p < PARTS; p++)
        most = larger(likely[p], most);
    most = all(-largest(most));
    for (int p = 0; p < PARTS; p++)
        likely[p] = larger(exponential(add(likely[p], most)), all(1e-30f));
}

/* One step forward and one step backward: to[j] = the sum over i of from[i] * rows[i][j], for both */
static inline void pass_on(int tags, const Lanes *push, const Lanes *before, Lanes *after, const Lanes *pull,
                           const Lanes *behind, Lanes *ahead)
{
    Lanes f[PARTS], b[PARTS];
    const float *from = (const float *)before, *back = (const float *)behind;
    for (int p = 0; p < PARTS; p++)
        f[p] = b[p] = all(0.0f);
    for (int i = 0; i < tags; i++) {
        Lanes x = all(from[i]), y = all(back[i]);
        for (int p = 0; p < PARTS; p++) {
            f[p] = add(f[p], times(x, push[i * PARTS + p]));
            b[p] = add(b[p], times(y, pull[i * PARTS + p]));
        }
    }
    for (int p = 0; p < PARTS; p++) {
        after[p] = f[p];
        ahead[p] = b[p];
    }
}

/* The first of the tags with the largest number. */
static inline int best_of(const Lanes *row, int tags)
{
    const float *each = (const float *)row;
    Lanes most = larger(larger(larger(row[0], row[1]), larger(row[2], row[3])), larger(row[4], row[5]));
    float top = largest(most);
    int best = 0;
    while (best < tags - 1 && each[best] != top)
        best++;
    return best;
}

/* Tags and their probabilities in a sentence of `length` syllables; returns what they leave to others, summed.

   `push` has the exponentials of the transitions in rows by the tag they come from, `pull` by the tag they go to.
   `forward`, `backward` and `likely` are rooms of as many rows as there are syllables; `backward` holds the
   probabilities of all tags afterwards. */
static double posteriors(const float *scores, int tags, int64_t length, const Lanes *push, const Lanes *pull,
                         Lanes *likely, Lanes *forward, Lanes *backward, int8_t *tag, float *probability)
{
    Lanes *first = forward, *last = backward + (length - 1) * PARTS;
    double left = 0;
    for (int64_t t = 0; t < length; t++)
        likelihoods(scores + t * tags, tags, likely + t * PARTS);
    for (int p = 0; p < PARTS; p++) {
        first[p] = likely[p];
        last[p] = all(1.0f);
    }
    for (int64_t t = 1; t < length; t++) {
        const Lanes *before = forward + (t - 1) * PARTS, *behind = backward + (length - t) * PARTS;
        const Lanes *here = likely + t * PARTS, *there = likely + (length - t) * PARTS;
        Lanes *after = forward + t * PARTS, *ahead = backward + (length - t - 1) * PARTS, joint[PARTS];
        for (int p = 0; p < PARTS; p++)
            joint[p] = times(behind[p], there[p]);
        Lanes factor = leveller(before), level = leveller(joint); /* need not wait for each other, nor the sums */
        pass_on(tags, push, before, after, pull, joint, ahead);
        for (int p = 0; p < PARTS; p++) {
            after[p] = times(times(after[p], factor), here[p]);
            ahead[p] = times(ahead[p], level);
        }
    }
    for (int64_t t = 0; t < length; t++) {
        Lanes *row = backward + t * PARTS;
        for (int p = 0; p < PARTS; p++)
            row[p] = times(row[p], forward[t * PARTS + p]);
        Lanes factor = leveller(row);
        for (int p = 0; p < PARTS; p++)
            row[p] = times(row[p], factor);
        tag[t] = (int8_t)best_of(row, tags);
        probability[t] = ((const float *)row)[tag[t]];
        left += 1 - probability[t];
    }
    return left;
}

/* The tags of the likeliest path; `move` has the transitions in rows by the tag they come from, `back` by the tag they
   go to, `ways` is a room of as many rows as there are syllables. */
static void best_path(const float *scores, int tags, int64_t length, const Lanes *move, const Lanes *back, Lanes *ways,
                      int8_t *tag)
{
    for (int64_t t = 0; t < length; t++) {
        Lanes *row = ways + t * PARTS, best[PARTS];
        filled(scores + t * tags, tags, row);
        if (t == 0)
            continue;
        const float *from = (const float *)(row - PARTS);
        for (int p = 0; p < PARTS; p++)
            best[p] = add(all(from[0]), move[p]);
        for (int i = 1; i < tags; i++) {
            Lanes x = all(from[i]);
            for (int p = 0; p < PARTS; p++)
                best[p] = larger(add(x, move[i * PARTS + p]), best[p]);
        }
        for (int p = 0; p < PARTS; p++)
            row[p] = add(row[p], best[p]);
    }
    int best = best_of(ways + (length - 1) * PARTS, tags);
    tag[length - 1] = (int8_t)best;
    for (int64_t t = length - 2; t >= 0; t--) {
        Lanes way[PARTS];
        for (int p = 0; p < PARTS; p++)
            way[p] = add(ways[t * PARTS + p], back[best * PARTS + p]);
        best = best_of(way, tags);
        tag[t] = (int8_t)best;
    }
}

#endif
