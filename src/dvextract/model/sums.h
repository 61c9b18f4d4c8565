/* Features of many syllables, and sums of their weights. */

#ifndef DVEXTRACT_SUMS_H
#define DVEXTRACT_SUMS_H

#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address)
#endif

enum {
    ROW = 24,  /* tags, filled up */
    MOST = 5,  /* parts of a template */
    WINDOW = 8, /* parts of a group of templates */
    MEET = 8192, /* windows that are remembered, a power of two */
    FAR = 16,   /* features whose weights are fetched while others are added */
    NONE = 0,  /* hints: no feature has a hash that leads here, */
    MANY = 1   /* features of different hints have */
};

static const uint64_t SPREAD = 0x9E3779B97F4A7C15u;

/* Weights by open addressing; key 0 where a slot is free. */
typedef struct {
    uint64_t key;
    int8_t levels[ROW];
} Slot;

typedef struct {
    Slot *slots;
    uint8_t *hints; /* of the features that want a slot: nearly all without weights are told by it */
    int bits, hint_bits;
} Weights;

static inline uint8_t hint_of(uint64_t key) { return (uint8_t)(key | 2); }

static inline void remember(Weights *weights, uint64_t key, const int8_t *levels, int tags)
{
    uint64_t last = ((uint64_t)1 << weights->bits) - 1, slot = (key * SPREAD) >> (64 - weights->bits);
    uint8_t *hint = &weights->hints[(key * SPREAD) >> (64 - weights->hint_bits)];
    *hint = *hint == NONE || *hint == hint_of(key) ? hint_of(key) : MANY;
    while (weights->slots[slot].key)
        slot = (slot + 1) & last;
    weights->slots[slot].key = key;
    for (int i = 0; i < tags; i++)
        weights->slots[slot].levels[i] = levels[i];
}

/* Features of a template at places 0 to n that may have weights, where the gate says something if there is one: writes
   hashes and places, returns how many. */
static inline int64_t sifted_(const Weights *weights, uint64_t seed, int parts, const uint64_t *const *look,
                              const uint64_t *gate, int64_t n, uint64_t *hashes, int32_t *places)
{
    int64_t found = 0, open = n;
    const uint8_t *hints = weights->hints;
    int shift = 64 - weights->hint_bits;
    if (gate) { /* most are shut nearly everywhere */
        open = 0;
        for (int64_t i = 0; i < n; i++) {
            places[open] = (int32_t)i;
            open += gate[i] != 0;
        }
    }
    for (int64_t k = 0; k < open; k++) {
        int64_t i = gate ? places[k] : k;
        uint64_t h = seed;
        for (int p = 0; p < parts; p++) {
            h = (h ^ look[p][i]) * SPREAD;
            h ^= h >> 29;
        }
        uint8_t hint = hints[(h * SPREAD) >> shift];
        hashes[found] = h;
        places[found] = (int32_t)i;
        /* Branches would be guessed wrong too often. */
        found += ((hint == hint_of(h)) | (hint == MANY)) & (h != 0);
    }
    return found;
}

static inline int64_t sifted(const Weights *weights, uint64_t seed, int parts, const uint64_t *const *look,
                             const uint64_t *gate, int64_t n, uint64_t *hashes, int32_t *places)
{
#define OF(number)                                                                                                     \
    case number:                                                                                                       \
        return gate ? sifted_(weights, seed, number, look, gate, n, hashes, places)                                    \
                    : sifted_(weights, seed, number, look, 0, n, hashes, places)
    switch (parts) {
        OF(1);
        OF(2);
        OF(3);
        OF(4);
        OF(5);
    }
#undef OF
    return 0;
}

/* Add to the sums of places (`apart` numbers from one to the next) what a template's features weigh there. */
static inline void tell(const Weights *weights, uint64_t seed, int parts, const uint64_t *const *look,
                        const uint64_t *gate, int64_t n, uint64_t *hashes, int32_t *places, int16_t *sums, int apart)
{
    int64_t found = sifted(weights, seed, parts, look, gate, n, hashes, places);
    const Slot *slots = weights->slots;
    uint64_t last = ((uint64_t)1 << weights->bits) - 1;
    int shift = 64 - weights->bits;
    for (int64_t k = 0; k < found; k++) {
        if (k + FAR < found)
            FETCH(&slots[(hashes[k + FAR] * SPREAD) >> shift]);
        uint64_t slot = (hashes[k] * SPREAD) >> shift;
        while (slots[slot].key && slots[slot].key != hashes[k])
            slot = (slot + 1) & last;
        int16_t *sum = sums + (int64_t)places[k] * apart;
        for (int i = 0; i < ROW; i++) /* a free slot weighs nothing */
            sum[i] = (int16_t)(sum[i] + slots[slot].levels[i]);
    }
}

/* What some templates say of what they look at; code 0 where nothing is remembered. */
typedef struct {
    uint64_t code;
    int16_t sums[ROW];
} Met;

static inline void add_row(int16_t *to, const int16_t *row)
{
    for (int i = 0; i < ROW; i++)
        to[i] = (int16_t)(to[i] + row[i]);
}

/* Add to the sums of places 0 to n what is remembered of what stands there; writes codes and places of the others, and
   returns how many those are. */
static inline int64_t recalled(const Met *met, int parts, const uint64_t *const *look, int64_t n, uint64_t *codes,
                               int32_t *places, int16_t *sums)
{
    int64_t left = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t code = 0;
        for (int p = 0; p < parts; p++)
            code = (code + look[p][i]) * SPREAD;
        codes[i] = (code ^ code >> 32) | 1;
    }
    for (int64_t i = 0; i < n; i++) {
        uint64_t code = codes[i];
        if (i + FAR < n) { /* of which half may stand in the next line of a cache */
            FETCH(&met[codes[i + FAR] >> 1 & (MEET - 1)]);
            FETCH((const char *)&met[(codes[i + FAR] >> 1 & (MEET - 1)) + 1] - 1);
        }
        const Met *here = &met[code >> 1 & (MEET - 1)];
        if (here->code == code)
            add_row(sums + i * ROW, here->sums);
        else {
            codes[left] = code;
            places[left++] = (int32_t)i;
        }
    }
    return left;
}

/* Add what was found of those that were left, and remember it. */
static inline void remembered(Met *met, int64_t left, const uint64_t *codes, const int32_t *places,
                              const int16_t *found, int16_t *sums)
{
    for (int64_t k = 0; k < left; k++) {
        Met *here = &met[codes[k] >> 1 & (MEET - 1)];
        here->code = codes[k];
        memcpy(here->sums, found + k * ROW, sizeof here->sums);
        add_row(sums + (int64_t)places[k] * ROW, here->sums);
    }
}

#endif
