/* One way through a chain, of what chain.h has defined. Rows begin where registers may be filled from at once. */

#define PARTS (WIDE / LANES)

#if defined(__GNUC__)
typedef float WAY(Lanes) __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t WAY(Bits) __attribute__((vector_size(4 * LANES), may_alias));
#define Lanes WAY(Lanes)
#define Bits WAY(Bits)

TARGET static inline Lanes WAY(all)(float x)
{
#if LANES == 8
    return (Lanes){x, x, x, x, x, x, x, x};
#else
    return (Lanes){x, x, x, x};
#endif
}
TARGET static inline Lanes WAY(add)(Lanes a, Lanes b) { return a + b; }
TARGET static inline Lanes WAY(times)(Lanes a, Lanes b) { return a * b; }
TARGET static inline Lanes WAY(chosen)(Lanes a, Lanes b, Lanes larger, Lanes other)
{
    Bits is = a > b;
    return (Lanes)(((Bits)larger & is) | ((Bits)other & ~is));
}
TARGET static inline Lanes WAY(larger)(Lanes a, Lanes b)
{
#if LANES == 8
    return (Lanes)_mm256_max_ps((__m256)a, (__m256)b); /* which is a > b ? a : b */
#else
    return WAY(chosen)(a, b, a, b);
#endif
}
TARGET static inline Lanes WAY(power_of_two)(Lanes shifted) { return (Lanes)(((Bits)shifted + 127) << 23); }
#undef Bits
#else
typedef struct { float at[LANES]; } WAY(Lanes);
#define Lanes WAY(Lanes)

static inline Lanes WAY(all)(float x) { return (Lanes){{x, x, x, x}}; }
#define EACH(expression)                                                                                               \
    Lanes to;                                                                                                          \
    for (int i = 0; i < LANES; i++)                                                                                    \
        to.at[i] = expression;                                                                                         \
    return to
static inline Lanes WAY(add)(Lanes a, Lanes b) { EACH(a.at[i] + b.at[i]); }
static inline Lanes WAY(times)(Lanes a, Lanes b) { EACH(a.at[i] * b.at[i]); }
static inline Lanes WAY(chosen)(Lanes a, Lanes b, Lanes larger, Lanes other)
{
    EACH(a.at[i] > b.at[i] ? larger.at[i] : other.at[i]);
}
static inline Lanes WAY(larger)(Lanes a, Lanes b) { return WAY(chosen)(a, b, a, b); }
static inline Lanes WAY(power_of_two)(Lanes shifted)
{
    uint32_t bits[LANES];
    memcpy(bits, &shifted, sizeof bits);
    for (int i = 0; i < LANES; i++)
        bits[i] = (bits[i] + 127) << 23;
    memcpy(&shifted, bits, sizeof bits);
    return shifted;
}
#undef EACH
#endif

#define all WAY(all)
#define add WAY(add)
#define times WAY(times)
#define larger WAY(larger)

/* e^x for x up to 88, with an error of some units in the last place; 0 from -87 on. The argument is cut into a multiple
   of ln 2 and a rest, for which there is a polynomial (of Cephes): C libraries differ in the last bits. */
TARGET static inline Lanes WAY(exponential)(Lanes x)
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
    return WAY(chosen)(x, all(-87.0f), times(sum, WAY(power_of_two)(shifted)), all(0.0f));
}

TARGET static void WAY(exponentials)(float *row, int rows)
{
    Lanes *each = (Lanes *)row;
    for (int i = 0; i < rows * PARTS; i++)
        each[i] = WAY(exponential)(each[i]);
}

TARGET static inline float WAY(largest)(const Lanes *row)
{
    float each[4], a, b;
    Lanes lanes = row[0];
    for (int p = 1; p < PARTS; p++)
        lanes = larger(row[p], lanes);
#if LANES == 8
    _mm_storeu_ps(each, _mm_max_ps(_mm256_castps256_ps128((__m256)lanes), _mm256_extractf128_ps((__m256)lanes, 1)));
#else
    memcpy(each, &lanes, sizeof each);
#endif
    a = each[0] > each[1] ? each[0] : each[1];
    b = each[2] > each[3] ? each[2] : each[3];
    return a > b ? a : b;
}

/* What a row is multiplied by so that its sum is about 1. Every fourth number is summed, whatever there is room for. */
TARGET static inline Lanes WAY(leveller)(const Lanes *row)
{
    float sum[4];
#if LANES == 8
    __m128 half[PARTS];
    for (int p = 0; p < PARTS; p++)
        half[p] = _mm_add_ps(_mm256_castps256_ps128((__m256)row[p]), _mm256_extractf128_ps((__m256)row[p], 1));
    _mm_storeu_ps(sum, _mm_add_ps(_mm_add_ps(half[0], half[1]), half[2]));
#else
    Lanes lanes = add(add(add(row[0], row[1]), add(row[2], row[3])), add(row[4], row[5]));
    memcpy(sum, &lanes, sizeof sum);
#endif
    return all(1.0f / ((sum[0] + sum[1]) + (sum[2] + sum[3]) + 1e-30f));
}

/* A row of scores; what `is_tag` says is none is never the largest. `more` says whether memory goes on behind it. */
TARGET static inline void WAY(filled)(const float *scores, int tags, int more, const Lanes *is_tag, Lanes *to)
{
    float row[WIDE];
    if (!more) {
        memset(row, 0, sizeof row);
        memcpy(row, scores, tags * sizeof(float));
        scores = row;
    }
    for (int p = 0; p < PARTS; p++) {
        Lanes lanes;
        memcpy(&lanes, scores + p * LANES, sizeof lanes);
        to[p] = WAY(chosen)(is_tag[p], all(0.0f), lanes, all(NOWHERE));
    }
}

/* 1 for each tag, else 0. */
TARGET static inline void WAY(told)(int tags, Lanes *is_tag)
{
    float row[WIDE];
    for (int i = 0; i < WIDE; i++)
        row[i] = i < tags ? 1.0f : 0.0f;
    memcpy(is_tag, row, sizeof row);
}

/* likely[i] = e^(scores[i] - the largest of them) of one syllable, at least 1e-30 */
TARGET static inline void WAY(likelihoods)(const float *scores, int tags, int more, const Lanes *is_tag, Lanes *likely)
{
    WAY(filled)(scores, tags, more, is_tag, likely);
    Lanes most = all(-WAY(largest)(likely));
    for (int p = 0; p < PARTS; p++)
        likely[p] = larger(WAY(exponential)(add(likely[p], most)), all(1e-30f));
}

/* One step forward and one step backward: to[j] = the sum over i of from[i] * rows[i][j], for both */
TARGET static inline void WAY(pass_on)(int tags, const Lanes *push, const Lanes *before, Lanes *after,
                                       const Lanes *pull, const Lanes *behind, Lanes *ahead)
{
    Lanes f[PARTS], b[PARTS];
    float from[WIDE], back[WIDE];
    memcpy(from, before, sizeof from);
    memcpy(back, behind, sizeof back);
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
TARGET static inline int WAY(best_of)(const Lanes *row, int tags)
{
    float each[WIDE], top = WAY(largest)(row);
    int best = 0;
    memcpy(each, row, sizeof each);
    while (best < tags - 1 && each[best] != top)
        best++;
    return best;
}

TARGET static double WAY(posteriors)(const float *scores, int tags, int64_t length, const float *push_,
                                     const float *pull_, float *likely_, float *forward_, float *backward_,
                                     int8_t *tag, float *probability)
{
    const Lanes *push = (const Lanes *)push_, *pull = (const Lanes *)pull_;
    Lanes *likely = (Lanes *)likely_, *forward = (Lanes *)forward_, *backward = (Lanes *)backward_;
    Lanes *last = backward + (length - 1) * PARTS;
    Lanes is_tag[PARTS];
    double left = 0;
    WAY(told)(tags, is_tag);
    for (int64_t t = 0; t < length; t++)
        WAY(likelihoods)(scores + t * tags, tags, (length - t) * tags >= WIDE, is_tag, likely + t * PARTS);
    for (int p = 0; p < PARTS; p++) {
        forward[p] = likely[p];
        last[p] = all(1.0f);
    }
    for (int64_t t = 1; t < length; t++) {
        const Lanes *before = forward + (t - 1) * PARTS, *behind = backward + (length - t) * PARTS;
        const Lanes *here = likely + t * PARTS, *there = likely + (length - t) * PARTS;
        Lanes *after = forward + t * PARTS, *ahead = backward + (length - t - 1) * PARTS, joint[PARTS];
        for (int p = 0; p < PARTS; p++)
            joint[p] = times(behind[p], there[p]);
        Lanes factor = WAY(leveller)(before), level = WAY(leveller)(joint); /* these wait for nothing */
        WAY(pass_on)(tags, push, before, after, pull, joint, ahead);
        for (int p = 0; p < PARTS; p++) {
            after[p] = times(times(after[p], factor), here[p]);
            ahead[p] = times(ahead[p], level);
        }
    }
    for (int64_t t = 0; t < length; t++) {
        Lanes *row = backward + t * PARTS;
        for (int p = 0; p < PARTS; p++)
            row[p] = times(row[p], forward[t * PARTS + p]);
        Lanes factor = WAY(leveller)(row);
        for (int p = 0; p < PARTS; p++)
            row[p] = times(row[p], factor);
        tag[t] = (int8_t)WAY(best_of)(row, tags);
        probability[t] = backward_[t * WIDE + tag[t]];
        left += 1 - probability[t];
    }
    return left;
}

TARGET static void WAY(best_path)(const float *scores, int tags, int64_t length, const float *move_, const float *back_,
                                  float *ways_, int8_t *tag)
{
    const Lanes *move = (const Lanes *)move_, *back = (const Lanes *)back_;
    Lanes *ways = (Lanes *)ways_, is_tag[PARTS];
    WAY(told)(tags, is_tag);
    for (int64_t t = 0; t < length; t++) {
        Lanes *row = ways + t * PARTS, best[PARTS];
        WAY(filled)(scores + t * tags, tags, (length - t) * tags >= WIDE, is_tag, row);
        if (t == 0)
            continue;
        const float *from = ways_ + (t - 1) * WIDE;
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
    int best = WAY(best_of)(ways + (length - 1) * PARTS, tags);
    tag[length - 1] = (int8_t)best;
    for (int64_t t = length - 2; t >= 0; t--) {
        Lanes way[PARTS];
        for (int p = 0; p < PARTS; p++)
            way[p] = add(ways[t * PARTS + p], back[best * PARTS + p]);
        best = WAY(best_of)(way, tags);
        tag[t] = (int8_t)best;
    }
}

static const Chain WAY(chain) = {WAY(exponentials), WAY(posteriors), WAY(best_path)};

#undef all
#undef add
#undef times
#undef larger
#undef Lanes
#undef PARTS
#undef WAY
#undef TARGET
#undef LANES
