/* The layers of a context network on rows of whole numbers; see layers.py, which says the same with arrays.

One way for each kind of processor, all with the same results: whole numbers are summed exactly, and fractions are
computed in one order, without fused multiplication and addition. A way is made by layers_way.h of a few definitions:

  WAY(name)   the names of its functions
  TARGET      what the compiler may use of the processor
  LEVEL       the type in which rounded vectors are kept, SHIFT what is added to them, WEIGHT the type of weights
  TILE        the columns that are summed at once
  NAME        what it is called

and of functions: tile makes the sums (or EVERY_TILE all of them), and bend adds to a vector the squares of what is
positive in them, of which it returns the sum of squares. Weights stand tile after tile, of a tile in groups of 4 inputs
for each of its outputs.

Two things are left out. What lies beyond a sentence is zeros: rows that see nothing to one side are worked on together,
without that side. And vectors at the bottom repeat, as words do: what the first layer's matrices make of those met last
is remembered, and only summed for their neighbours. */

#ifndef DVEXTRACT_LAYERS_H
#define DVEXTRACT_LAYERS_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LANES 16           /* as in layers.py */
#define LARGEST 127
#define ZERO_LEVEL 0x4B400000 /* the bits of 12582912 */
#define ROWS_AT_ONCE 6     /* rows whose sums stand in a processor's registers together */
#define CHUNK 384          /* rows that are worked on together, about: what the second cache holds beside the weights */
#define MOST_INPUTS 3
#define MET_BITS 9         /* vectors of the bottom are remembered in so many places, as a power of two, at most */
#define SHARED 2           /* and so many in each of them */
#define AHEAD 4            /* rows for which memory is fetched while others are worked on */

enum { BEFORE = 1, HERE = 2, AFTER = 4 }; /* vectors that a layer's sums are made of, as bits */

#if defined(__GNUC__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address)
#endif

typedef struct {
    int vectors, width, outputs; /* vectors of a width, each a multiple of LANES; outputs too */
    void *levels;                /* in the order in which a way goes through them */
    int32_t *shift;              /* for each set of vectors that are seen, what undoes SHIFT, by output */
    float *step, *bias;
} Matrix;

typedef struct {
    const float *table; /* rows of vectors that are not filled up */
    const int64_t *row; /* for every syllable a row of the table */
} Bottom;

typedef struct {
    const Matrix *apart;  /* the first layer's matrices of its three vectors, side by side for one vector */
    const Matrix *layers; /* each looks so many syllables to either side: */
    const int64_t *dilations;
    int n_layers;
    const Matrix *out;
    int true_width, tags; /* numbers of a vector, and of a row of scores, before they were filled up */
    float factor, small;  /* levels in a root mean square; what is added to a mean square */
} Network;

typedef struct {
    const char *name;
    int (*pack)(Matrix *, const int8_t *levels); /* 0 where memory is out */
    int (*pass)(const Network *, const Bottom *, int n_bottom, const int64_t *first, int64_t sentences, float *scores);
} Way;

/* The sum of LANES sums, by halves. */
static inline float summed(float *sum)
{
    int lane;
    for (lane = 0; lane < 8; lane++)
        sum[lane] += sum[lane + 8];
    for (lane = 0; lane < 4; lane++)
        sum[lane] += sum[lane + 4];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

#if defined(__GNUC__) && defined(__x86_64__)

#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))

/* AVX2: products of 16-bit numbers, summed in pairs. */

#define WAY(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#define LEVEL int16_t
#define WEIGHT int16_t
#define SHIFT 0
#define TILE 8
#define NAME "avx2"

INLINE TARGET void tile_avx2(const Matrix *m, const int16_t *const rows[ROWS_AT_ONCE][MOST_INPUTS], int seen, int column,
                             int32_t *const y[ROWS_AT_ONCE])
{
    __m256i sum[ROWS_AT_ONCE][2];
    const int16_t *w = (const int16_t *)m->levels + (size_t)column * m->vectors * m->width;
    int v, k, r;
    for (r = 0; r < ROWS_AT_ONCE; r++)
        sum[r][0] = sum[r][1] = _mm256_setzero_si256();
    for (v = 0; v < m->vectors; v++) {
        if (!(seen >> v & 1)) {
            w += TILE * m->width;
            continue;
        }
        for (k = 0; k < m->width; k += 4, w += 4 * TILE) {
            __m256i low = _mm256_loadu_si256((const __m256i *)w), high = _mm256_loadu_si256((const __m256i *)(w + 16));
            for (r = 0; r < ROWS_AT_ONCE; r++) {
                int64_t four;
                __m256i all;
                memcpy(&four, rows[r][v] + k, sizeof four);
                all = _mm256_set1_epi64x(four);
                sum[r][0] = _mm256_add_epi32(sum[r][0], _mm256_madd_epi16(all, low));
                sum[r][1] = _mm256_add_epi32(sum[r][1], _mm256_madd_epi16(all, high));
            }
        }
    }
    for (r = 0; r < ROWS_AT_ONCE; r++) {
        __m256i whole = _mm256_permute4x64_epi64(_mm256_hadd_epi32(sum[r][0], sum[r][1]), 0xD8);
        _mm256_storeu_si256((__m256i *)(y[r] + column), whole);
    }
}

TARGET static float bend_avx2(const Matrix *m, const int32_t *y, float *x)
{
    __m256 square[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    float sum[LANES];
    int i, half;
    for (i = 0; i < m->width; i += LANES)
        for (half = 0; half < 2; half++) {
            int at = i + 8 * half;
            __m256 v = _mm256_cvtepi32_ps(_mm256_loadu_si256((const __m256i *)(y + at)));
            v = _mm256_add_ps(_mm256_mul_ps(v, _mm256_loadu_ps(m->step + at)), _mm256_loadu_ps(m->bias + at));
            v = _mm256_max_ps(v, _mm256_setzero_ps());
            v = _mm256_add_ps(_mm256_loadu_ps(x + at), _mm256_mul_ps(v, v));
            _mm256_storeu_ps(x + at, v);
            square[half] = _mm256_add_ps(square[half], _mm256_mul_ps(v, v));
        }
    _mm256_storeu_ps(sum, square[0]);
    _mm256_storeu_ps(sum + 8, square[1]);
    return summed(sum);
}

#include "layers_way.h"

/* AVX-512 with VNNI: four products of 8-bit numbers at once; one of the two must have no sign. */

#define WAY(name) name##_vnni
#if defined(__clang__) /* which takes an attribute of its own for how wide registers are to be */
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"), min_vector_width(512)))
#else
#define TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,prefer-vector-width=512")))
#endif
#define LEVEL uint8_t
#define WEIGHT int8_t
#define SHIFT 128
#define TILE 16
#define NAME "avx512vnni"

INLINE TARGET void tiles_vnni(const Matrix *m, const uint8_t *const rows[ROWS_AT_ONCE][MOST_INPUTS], int seen,
                              int column, const int tiles, int32_t *const y[ROWS_AT_ONCE])
{
    __m512i sum[ROWS_AT_ONCE][4];
    size_t apart = (size_t)TILE * m->vectors * m->width;
    const int8_t *w = (const int8_t *)m->levels + (size_t)column * m->vectors * m->width;
    const int32_t *shift = m->shift + seen * m->outputs + column;
    int v, k, r, t;
    for (r = 0; r < ROWS_AT_ONCE; r++)
        for (t = 0; t < tiles; t++)
            sum[r][t] = _mm512_loadu_si512(shift + t * TILE);
    for (v = 0; v < m->vectors; v++) {
        if (!(seen >> v & 1)) {
            w += TILE * m->width;
            continue;
        }
        for (k = 0; k < m->width; k += 4, w += 4 * TILE) {
            __m512i weight[4];
            for (t = 0; t < tiles; t++)
                weight[t] = _mm512_loadu_si512(w + t * apart);
            for (r = 0; r < ROWS_AT_ONCE; r++) {
                int32_t four;
                __m512i all;
                memcpy(&four, rows[r][v] + k, sizeof four);
                all = _mm512_set1_epi32(four);
                for (t = 0; t < tiles; t++)
                    sum[r][t] = _mm512_dpbusd_epi32(sum[r][t], all, weight[t]);
            }
        }
    }
    for (r = 0; r < ROWS_AT_ONCE; r++)
        for (t = 0; t < tiles; t++)
            _mm512_storeu_si512(y[r] + column + t * TILE, sum[r][t]);
}

TARGET static float bend_vnni(const Matrix *m, const int32_t *y, float *x)
{
    __m512 square = _mm512_setzero_ps();
    float sum[LANES];
    int i;
    for (i = 0; i < m->width; i += LANES) {
        __m512 v = _mm512_cvtepi32_ps(_mm512_loadu_si512(y + i));
        v = _mm512_add_ps(_mm512_mul_ps(v, _mm512_loadu_ps(m->step + i)), _mm512_loadu_ps(m->bias + i));
        v = _mm512_max_ps(v, _mm512_setzero_ps());
        v = _mm512_add_ps(_mm512_loadu_ps(x + i), _mm512_mul_ps(v, v));
        _mm512_storeu_ps(x + i, v);
        square = _mm512_add_ps(square, _mm512_mul_ps(v, v));
    }
    _mm512_storeu_ps(sum, square);
    return summed(sum);
}

#define EVERY_TILE(m, rows, seen, y)                                  \
    do {                                                              \
        int column = 0;                                               \
        for (; column + 4 * TILE <= (m)->outputs; column += 4 * TILE) \
            tiles_vnni(m, rows, seen, column, 4, y);                  \
        for (; column + 2 * TILE <= (m)->outputs; column += 2 * TILE) \
            tiles_vnni(m, rows, seen, column, 2, y);                  \
        for (; column < (m)->outputs; column += TILE)                 \
            tiles_vnni(m, rows, seen, column, 1, y);                  \
    } while (0)

#include "layers_way.h"

#endif

/* The ways that this processor can go, the fastest first; the last is NULL. There may be none: then a library's products
   of floating-point numbers are as fast. */
static const Way *const *ways(void)
{
    static const Way *found[3];
    int n = 0;
#if defined(__GNUC__) && defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        found[n++] = &way_vnni;
    if (__builtin_cpu_supports("avx2"))
        found[n++] = &way_avx2;
#endif
    found[n] = NULL;
    return found;
}

#endif
