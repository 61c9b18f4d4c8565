/* One way through the layers, of what layers.h has defined. */

#ifndef EVERY_TILE
#define EVERY_TILE(m, rows, y)                                         \
    do {                                                               \
        int column;                                                    \
        for (column = 0; column < (m)->outputs; column += TILE)        \
            WAY(tile)(m, rows, column, y);                             \
    } while (0)
#endif

/* Levels of a matrix (inputs, outputs) in the order of this way. */
static int WAY(pack)(Matrix *m, const int8_t *levels)
{
    size_t inputs = (size_t)m->vectors * m->width, k;
    int c;
    WEIGHT *packed = malloc(inputs * m->outputs * sizeof(WEIGHT));
    if (!packed)
        return 0;
    for (c = 0; c < m->outputs; c += TILE)
        WAY(pack_block)(m, levels, c, packed + inputs * c);
    m->levels = packed;
    for (c = 0; c < m->outputs; c++) {
        int32_t sum = 0;
        for (k = 0; k < inputs; k++)
            sum += levels[k * m->outputs + c];
        m->shift[c] = -SHIFT * sum;
    }
    return 1;
}

/* A vector divided by its root mean square, rounded; `factor` is levels in a root mean square. */
TARGET static void WAY(rounded)(const float *restrict x, int width, int true_width, float factor, float small,
                                LEVEL *restrict levels)
{
    float sum[LANES], by;
    int i, lane;
    for (lane = 0; lane < LANES; lane++)
        sum[lane] = x[lane] * x[lane];
    for (i = LANES; i < width; i += LANES)
        for (lane = 0; lane < LANES; lane++)
            sum[lane] += x[i + lane] * x[i + lane];
    for (lane = 0; lane < 8; lane++)
        sum[lane] += sum[lane + 8];
    for (lane = 0; lane < 4; lane++)
        sum[lane] += sum[lane + 4];
    by = factor / sqrtf(((sum[0] + sum[2]) + (sum[1] + sum[3])) / (float)true_width + small);
    for (i = 0; i < width; i++) {
        float moved = x[i] * by + 12582912.0f; /* 1.5 * 2 ** 23, where floats are whole numbers; halves become even */
        int32_t level;
        memcpy(&level, &moved, sizeof level); /* bits are in the order of floats, whatever these are */
        level = level > ZERO_LEVEL - LARGEST ? level : ZERO_LEVEL - LARGEST;
        level = level < ZERO_LEVEL + LARGEST ? level : ZERO_LEVEL + LARGEST;
        levels[i] = (LEVEL)(level - ZERO_LEVEL + SHIFT);
    }
}

/* Add to vectors the squares of what is positive in others. */
TARGET static void WAY(bend)(float *restrict x, const float *restrict y, int n)
{
    int i;
    for (i = 0; i < n; i++) {
        float v = y[i] > 0 ? y[i] : 0;
        x[i] += v * v;
    }
}

/* All layers over sentences of up to `most` rows together. */
TARGET static void WAY(chunk)(const Matrix *layers, const int64_t *dilations, int n_layers, const Matrix *out,
                              int true_width, float factor, float small, float *x, const int64_t *first,
                              int64_t sentences, LEVEL *levels, float *y, float *scores, int tags)
{
    int width = out->width, layer;
    int64_t begin = first[0], n = first[sentences] - begin, row, s;
    const LEVEL *nothing = levels + n * width;
    const LEVEL *rows[ROWS_AT_ONCE][MOST_INPUTS];
    int r, v, waiting;
    for (v = 0; v < width; v++)
        levels[n * width + v] = (LEVEL)SHIFT;
    for (layer = 0; layer <= n_layers; layer++) {
        const Matrix *m = layer < n_layers ? layers + layer : out;
        int64_t d = layer < n_layers ? dilations[layer] : 0;
        for (row = 0; row < n; row++)
            WAY(rounded)(x + row * width, width, true_width, factor, small, levels + row * width);
        for (r = 0; r < ROWS_AT_ONCE; r++)
            for (v = 0; v < MOST_INPUTS; v++)
                rows[r][v] = nothing;
        waiting = 0;
        for (s = 0; s < sentences; s++) {
            int64_t from = first[s] - begin, to = first[s + 1] - begin;
            for (row = from; row < to; row++) {
                const LEVEL *here = levels + row * width;
                if (layer < n_layers) {
                    rows[waiting][0] = row - from >= d ? here - d * width : nothing;
                    rows[waiting][1] = here;
                    rows[waiting][2] = to - row > d ? here + d * width : nothing;
                } else
                    rows[waiting][0] = here;
                if (++waiting < ROWS_AT_ONCE && row + 1 < n)
                    continue;
                EVERY_TILE(m, rows, y); /* what stands in rows beyond `waiting` is of no use, and not taken */
                if (layer < n_layers)
                    WAY(bend)(x + (row + 1 - waiting) * width, y, waiting * width);
                else
                    for (r = 0; r < waiting; r++)
                        memcpy(scores + (row + 1 - waiting + r) * tags, y + r * m->outputs, tags * sizeof(float));
                waiting = 0;
            }
        }
    }
}

/* All layers over all sentences; `x` (rows, width) is used up. 0 where memory is out. */
static int WAY(pass)(const Matrix *layers, const int64_t *dilations, int n_layers, const Matrix *out, int true_width,
                     float factor, float small, float *x, const int64_t *first, int64_t sentences, float *scores,
                     int tags)
{
    int width = out->width;
    int64_t most = CHUNK, s, end;
    LEVEL *levels;
    float *y;
    for (s = 0; s < sentences; s++)
        if (first[s + 1] - first[s] > most)
            most = first[s + 1] - first[s];
    levels = malloc((size_t)(most + 1) * width * sizeof(LEVEL));
    y = malloc((size_t)ROWS_AT_ONCE * (width > out->outputs ? width : out->outputs) * sizeof(float));
    if (levels && y)
        for (s = 0; s < sentences; s = end) {
            for (end = s + 1; end < sentences && first[end + 1] - first[s] <= CHUNK; end++)
                ;
            WAY(chunk)(layers, dilations, n_layers, out, true_width, factor, small, x + first[s] * width, first + s,
                       end - s, levels, y, scores + first[s] * tags, tags);
        }
    free(y);
    free(levels);
    return levels && y;
}

static const Way WAY(way) = {NAME, WAY(pack), WAY(pass)};

#undef WAY
#undef TARGET
#undef LEVEL
#undef WEIGHT
#undef SHIFT
#undef TILE
#undef NAME
#undef EVERY_TILE
