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
    for (c = 0; c < m->outputs; c++)
        for (k = 0; k < inputs; k++)
            packed[c / TILE * TILE * inputs + k / 4 * 4 * TILE + c % TILE * 4 + k % 4] = levels[k * m->outputs + c];
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

/* Vectors (rows, width) as the sums of rows of tables. */
TARGET static void WAY(begun)(const Bottom *bottom, int n_bottom, int64_t from, int64_t rows, int width, int true_width,
                              float *restrict x)
{
    int64_t row;
    int b, i;
    memset(x, 0, (size_t)rows * width * sizeof(float));
    for (row = 0; row < rows; row++, x += width)
        for (b = 0; b < n_bottom; b++) {
            const float *restrict vector = bottom[b].table + bottom[b].row[from + row] * true_width;
            for (i = 0; i < true_width; i++)
                x[i] += vector[i];
        }
}

/* All layers over some sentences, whose vectors are `x`; `levels` has room for a row more. */
TARGET static void WAY(chunk)(const Network *net, const int64_t *first, int64_t sentences, float *x, LEVEL *levels,
                              float *y, float *scores)
{
    int width = net->out->width, layer;
    int64_t begin = first[0], n = first[sentences] - begin, row, s;
    const LEVEL *nothing = levels + n * width;
    const LEVEL *rows[ROWS_AT_ONCE][MOST_INPUTS];
    int r, v, waiting;
    for (v = 0; v < width; v++)
        levels[n * width + v] = (LEVEL)SHIFT;
    for (layer = 0; layer <= net->n_layers; layer++) {
        const Matrix *m = layer < net->n_layers ? net->layers + layer : net->out;
        int64_t d = layer < net->n_layers ? net->dilations[layer] : 0;
        for (row = 0; row < n; row++)
            WAY(rounded)(x + row * width, width, net->true_width, net->factor, net->small, levels + row * width);
        for (r = 0; r < ROWS_AT_ONCE; r++)
            for (v = 0; v < MOST_INPUTS; v++)
                rows[r][v] = nothing;
        waiting = 0;
        for (s = 0; s < sentences; s++) {
            int64_t from = first[s] - begin, to = first[s + 1] - begin;
            for (row = from; row < to; row++) {
                const LEVEL *here = levels + row * width;
                if (layer < net->n_layers) {
                    rows[waiting][0] = row - from >= d ? here - d * width : nothing;
                    rows[waiting][1] = here;
                    rows[waiting][2] = to - row > d ? here + d * width : nothing;
                } else
                    rows[waiting][0] = here;
                if (++waiting < ROWS_AT_ONCE && row + 1 < n)
                    continue;
                EVERY_TILE(m, rows, y); /* what stands in rows beyond `waiting` is of no use, and not taken */
                if (layer < net->n_layers)
                    WAY(bend)(x + (row + 1 - waiting) * width, y, waiting * width);
                else
                    for (r = 0; r < waiting; r++)
                        memcpy(scores + (row + 1 - waiting + r) * net->tags, y + r * m->outputs,
                               net->tags * sizeof(float));
                waiting = 0;
            }
        }
    }
}

/* All layers over all sentences. 0 where memory is out. */
static int WAY(pass)(const Network *net, const Bottom *bottom, int n_bottom, const int64_t *first, int64_t sentences,
                     float *scores)
{
    int width = net->out->width;
    int64_t most = CHUNK, s, end;
    LEVEL *levels;
    float *x, *y;
    for (s = 0; s < sentences; s++)
        if (first[s + 1] - first[s] > most)
            most = first[s + 1] - first[s];
    levels = malloc((size_t)(most + 1) * width * sizeof(LEVEL));
    x = malloc((size_t)most * width * sizeof(float));
    y = malloc((size_t)ROWS_AT_ONCE * (width > net->out->outputs ? width : net->out->outputs) * sizeof(float));
    if (levels && x && y)
        for (s = 0; s < sentences; s = end) {
            for (end = s + 1; end < sentences && first[end + 1] - first[s] <= CHUNK; end++)
                ;
            WAY(begun)(bottom, n_bottom, first[s], first[end] - first[s], width, net->true_width, x);
            WAY(chunk)(net, first + s, end - s, x, levels, y, scores + first[s] * net->tags);
        }
    free(y);
    free(x);
    free(levels);
    return levels && x && y;
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
