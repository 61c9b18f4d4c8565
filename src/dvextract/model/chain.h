/* Sums over a linear chain's tags, forward, backward and along the best path.

   Every row has WIDE numbers, of which the last are none of a tag. Sums are made lane by lane in one fixed order, so all
   processors give the same bits, with wide registers or without: a way for each is made by chain_way.h of a few
   definitions:

     WAY(name)   the names of its functions
     TARGET      what the compiler may use of the processor
     LANES       numbers that are worked on at once, 4 or 8 */

#ifndef DVEXTRACT_CHAIN_H
#define DVEXTRACT_CHAIN_H

#include <stdint.h>
#include <string.h>

enum { WIDE = 24 };

#define NOWHERE -1e30f

typedef struct {
    /* e^x of each number of some rows, in their place */
    void (*exponentials)(float *row, int rows);
    /* Tags and their probabilities in a sentence of `length` syllables; returns what they leave to others, summed.

       `push` has the exponentials of the transitions in rows by the tag they come from, `pull` by the tag they go to.
       `forward`, `backward` and `likely` are rooms of as many rows as there are syllables; `backward` holds the
       probabilities of all tags afterwards. */
    double (*posteriors)(const float *scores, int tags, int64_t length, const float *push, const float *pull,
                         float *likely, float *forward, float *backward, int8_t *tag, float *probability);
    /* The tags of the likeliest path; `move` has the transitions in rows by the tag they come from, `back` by the tag
       they go to, `ways` is a room of as many rows as there are syllables. */
    void (*best_path)(const float *scores, int tags, int64_t length, const float *move, const float *back, float *ways,
                      int8_t *tag);
} Chain;

#define WAY(name) name##_plain
#define TARGET
#define LANES 4
#include "chain_way.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#define WAY(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#define LANES 8
#include "chain_way.h"
#endif

/* The fastest way of this processor, or the plain one. */
static const Chain *chain_way(int plain)
{
#if defined(__GNUC__) && defined(__x86_64__)
    __builtin_cpu_init();
    if (!plain && __builtin_cpu_supports("avx2"))
        return &chain_avx2;
#endif
    (void)plain;
    return &chain_plain;
}

#endif
