/* One way through the layers, of what layers.h has defined. */

#ifndef EVERY_TILE
#define EVERY_TILE(m, rows, seen, y)                            \
    do {                                                        \
        int column;                                             \
        for (column = 0; column < (m)->outputs; column += TILE) \
            WAY(tile)(m, rows, seen, column, y);                \
    } while (0)
#endif

/* Levels of a matrix (inputs, outputs) in the order of this way. */
static int WAY(pack)(Matrix *m, const int8_t *levels)
{
    size_t inputs = (size_t)m->vectors * m->width, k;
    int c, seen, v;
    WEIGHT *packed = malloc(inputs * m->outputs * sizeof(WEIGHT));
    if (!packed)
        return 0;
    for (c = 0; c < m->outputs; c++)
        for (k = 0; k < inputs; k++)
            packed[c / TILE * TILE * inputs + k / 4 * 4 * TILE + c % TILE * 4 + k % 4] = levels[k * m->outputs + c];
    m->levels = packed;
    memset(m->shift, 0, ((size_t)m->outputs << m->vectors) * sizeof(int32_t));
    for (v = 0; v < m->vectors; v++) {
        int32_t *own = m->shift + (m->outputs << v); /* of this vector alone */
        for (k = 0; k < (size_t)m->width; k++, levels += m->outputs)
            for (c = 0; c < m->outputs; c++)
                own[c] -= SHIFT * levels[c];
        for (seen = 1; seen < 1 << v; seen++)
            for (c = 0; c < m->outputs; c++)
                own[seen * m->outputs + c] = own[c] + m->shift[seen * m->outputs + c];
    }
    return 1;
}

/* Memory of one call. Rows are those of a chunk, vectors met are sums of rows of tables. */
typedef struct {
    float *x;              /* vectors, by row; */
    LEVEL *levels, *after; /* and rounded: as the layer sees them that is worked on, and as the next one will */
    LEVEL *nothing;        /* a vector of zeros, rounded */
    int32_t *y;            /* sums of rows that are worked on together */
    int bits;              /* there is room for SHARED << bits vectors met, and for more while a chunk is worked on */
    int64_t now, *used;    /* the number of the chunk, and of that which used a vector last; 0 where there is none */
    int64_t *of;           /* the rows of tables that it is the sum of, */
    float *met;            /* the vector, */
    int32_t *told;         /* and what the first layer's matrices make of it; */
    int32_t *blank;        /* of a vector of zeros they make this */
    int64_t *which;        /* by row the place of its vector among those met */
} WAY(Room);

/* Levels of a vector; `by` is how many 1 has. */
TARGET static void WAY(levelled)(const float *restrict x, int width, float by, LEVEL *restrict levels)
{
    int i;
    for (i = 0; i < width; i++) {
        float moved = x[i] * by + 12582912.0f; /* 1.5 * 2 ** 23, where floats are whole numbers; halves become even */
        int32_t level;
        memcpy(&level, &moved, sizeof level); /* bits are in the order of floats, whatever these are */
        level = level > ZERO_LEVEL - LARGEST ? level : ZERO_LEVEL - LARGEST;
        level = level < ZERO_LEVEL + LARGEST ? level : ZERO_LEVEL + LARGEST;
        levels[i] = (LEVEL)(level - ZERO_LEVEL + SHIFT);
    }
}

/* Up to ROWS_AT_ONCE vectors, of which there are the sums of squares, divided by their root mean squares and rounded:
   together, for none waits for another's root. */
TARGET static void WAY(rounded)(const Network *net, const float *const *x, const float *squares, LEVEL *const *levels,
                                int n)
{
    float by[ROWS_AT_ONCE];
    int r;
    for (r = 0; r < n; r++)
        by[r] = net->factor / sqrtf(squares[r] / (float)net->true_width + net->small);
    for (r = 0; r < n; r++)
        WAY(levelled)(x[r], net->out->width, by[r], levels[r]);
}

/* A vector as the sum of rows of tables; returns the sum of its squares. */
TARGET static float WAY(begun)(const Network *net, const Bottom *bottom, int n_bottom, int64_t row, float *restrict x)
{
    float sum[LANES];
    int b, i, lane;
    memset(x, 0, net->out->width * sizeof(float));
    for (b = 0; b < n_bottom; b++) {
        const float *restrict vector = bottom[b].table + bottom[b].row[row] * net->true_width;
        for (i = 0; i < net->true_width; i++)
            x[i] += vector[i];
    }
    for (lane = 0; lane < LANES; lane++)
        sum[lane] = x[lane] * x[lane];
    for (i = LANES; i < net->out->width; i += LANES)
        for (lane = 0; lane < LANES; lane++)
            sum[lane] += x[i + lane] * x[i + lane];
    return summed(sum);
}

/* What a layer's matrices make of three vectors, summed. */
TARGET static void WAY(joined)(const int32_t *restrict a, const int32_t *restrict b, const int32_t *restrict c, int n,
                               int32_t *restrict y)
{
    int i;
    for (i = 0; i < n; i++)
        y[i] = a[i] + b[i] + c[i];
}

/* Find the vectors of a chunk's rows among those met. Writes the rows of those that are not there, though they have a
   place now, and returns how many. */
static int WAY(found)(const Network *net, const Bottom *bottom, int n_bottom, int64_t base, int64_t n, WAY(Room) *room,
                      int64_t *new)
{
    int64_t row, more = 0;
    int count = 0, b, i;
    room->now++;
    for (row = base; row < base + n; row++) {
        uint64_t code = 0;
        int64_t place, here;
        for (b = 0; b < n_bottom; b++)
            code = (code + (uint64_t)bottom[b].row[row]) * 0x9E3779B97F4A7C15u;
        place = SHARED * (int64_t)(code >> (64 - room->bits));
        for (here = place; here < place + SHARED; here++) {
            for (b = 0; b < n_bottom && room->of[here * n_bottom + b] == bottom[b].row[row]; b++)
                ;
            if (b == n_bottom && room->used[here])
                break;
        }
        if (here == place + SHARED) {
            here = room->used[place + 1] < room->used[place] ? place + 1 : place;
            if (room->used[here] == room->now)
                here = (SHARED << room->bits) + more++;
            for (b = 0; b < n_bottom; b++) {
                const float *vector = bottom[b].table + bottom[b].row[row] * net->true_width;
                room->of[here * n_bottom + b] = bottom[b].row[row];
                for (i = 0; i < net->true_width; i += LANES)
                    FETCH(vector + i);
            }
            new[count++] = row - base;
        }
        room->used[here] = room->now;
        room->which[row - base] = here;
    }
    return count;
}

/* Make the vectors of `n` rows, and what the first layer's matrices make of them. */
TARGET static void WAY(told)(const Network *net, const Bottom *bottom, int n_bottom, int64_t base, const int64_t *row,
                             int n, WAY(Room) *room)
{
    int width = net->out->width, r;
    const LEVEL *rows[ROWS_AT_ONCE][MOST_INPUTS];
    const float *x[ROWS_AT_ONCE];
    float squares[ROWS_AT_ONCE];
    LEVEL *levels[ROWS_AT_ONCE];
    int32_t *y[ROWS_AT_ONCE];
    for (r = 0; r < ROWS_AT_ONCE; r++) {
        int64_t one = room->which[row[r < n ? r : 0]];
        if (r < n)
            squares[r] = WAY(begun)(net, bottom, n_bottom, base + row[r], room->met + one * width);
        x[r] = room->met + one * width;
        levels[r] = room->after + (r < n ? r : 0) * width;
        rows[r][0] = levels[r];
        y[r] = r < n ? room->told + one * net->apart->outputs : room->y; /* there for no use */
    }
    WAY(rounded)(net, x, squares, levels, n);
    EVERY_TILE(net->apart, rows, 1, y);
}

/* The first layer over a chunk's sentences, of vectors met. */
TARGET static void WAY(opened)(const Network *net, const Bottom *bottom, int n_bottom, const int64_t *first,
                               int64_t sentences, WAY(Room) *room)
{
    const Matrix *m = net->layers;
    int width = m->width, n, r, i;
    int64_t row, s, base = first[0], d = net->dilations[0], all = first[sentences] - base, new[CHUNK];
    const float *x[ROWS_AT_ONCE];
    float squares[ROWS_AT_ONCE];
    LEVEL *levels[ROWS_AT_ONCE];
    n = WAY(found)(net, bottom, n_bottom, base, all, room, new);
    for (r = 0; r < n; r += ROWS_AT_ONCE)
        WAY(told)(net, bottom, n_bottom, base, new + r, n - r < ROWS_AT_ONCE ? n - r : ROWS_AT_ONCE, room);
    r = 0;
    for (s = 0; s < sentences; s++) {
        int64_t from = first[s] - base, to = first[s + 1] - base;
        for (row = from; row < to; row++) {
            const int64_t *which = room->which + row;
            float *vector = room->x + row * width;
            if (row + AHEAD < all)
                for (i = 0; i < 3 * width; i += LANES)
                    FETCH(room->told + which[AHEAD] * 3 * width + i);
            WAY(joined)(row - from >= d ? room->told + which[-d] * 3 * width : room->blank,
                        room->told + (which[0] * 3 + 1) * width,
                        to - row > d ? room->told + (which[d] * 3 + 2) * width : room->blank, width, room->y);
            memcpy(vector, room->met + which[0] * width, width * sizeof(float));
            squares[r] = WAY(bend)(m, room->y, vector);
            x[r] = vector;
            levels[r++] = room->levels + row * width;
            if (r == ROWS_AT_ONCE || row + 1 == all) {
                WAY(rounded)(net, x, squares, levels, r);
                r = 0;
            }
        }
    }
}

/* A layer over `n` rows, of which each sees what `sides` says. */
TARGET static void WAY(mixed)(const Network *net, int layer, const int64_t *row, const int *sides, int n,
                              WAY(Room) *room)
{
    const Matrix *m = net->layers + layer;
    int64_t apart = net->dilations[layer] * m->width;
    const LEVEL *rows[ROWS_AT_ONCE][MOST_INPUTS];
    const float *x[ROWS_AT_ONCE];
    float squares[ROWS_AT_ONCE];
    LEVEL *after[ROWS_AT_ONCE];
    int32_t *y[ROWS_AT_ONCE];
    int r, seen = HERE;
    for (r = 0; r < ROWS_AT_ONCE; r++) {
        int one = r < n ? r : 0; /* of the sums of others nothing is taken */
        const LEVEL *here = room->levels + row[one] * m->width;
        rows[r][0] = sides[one] & BEFORE ? here - apart : room->nothing;
        rows[r][1] = here;
        rows[r][2] = sides[one] & AFTER ? here + apart : room->nothing;
        seen |= sides[one];
        y[r] = room->y + r * m->outputs;
    }
    EVERY_TILE(m, rows, seen, y);
    for (r = 0; r < n; r++) {
        float *vector = room->x + row[r] * m->width;
        squares[r] = WAY(bend)(m, y[r], vector);
        x[r] = vector;
        after[r] = room->after + row[r] * m->width;
    }
    WAY(rounded)(net, x, squares, after, n);
}

/* A layer over a chunk's sentences. */
TARGET static void WAY(passed)(const Network *net, int layer, const int64_t *first, int64_t sentences, WAY(Room) *room)
{
    int64_t row, s, d = net->dilations[layer], base = first[0];
    int64_t waiting[4][ROWS_AT_ONCE], left[4 * ROWS_AT_ONCE]; /* by which sides a row sees */
    int many[4] = {0}, sides[4][ROWS_AT_ONCE], sides_left[4 * ROWS_AT_ONCE], n = 0, kind, r;
    LEVEL *levels;
    for (kind = 0; kind < 4; kind++)
        for (r = 0; r < ROWS_AT_ONCE; r++)
            sides[kind][r] = (kind & 1 ? BEFORE : 0) | (kind & 2 ? AFTER : 0);
    for (s = 0; s < sentences; s++) {
        int64_t from = first[s] - base, to = first[s + 1] - base;
        for (row = from; row < to; row++) {
            kind = (row - from >= d) + 2 * (to - row > d);
            waiting[kind][many[kind]++] = row;
            if (many[kind] == ROWS_AT_ONCE) {
                WAY(mixed)(net, layer, waiting[kind], sides[kind], ROWS_AT_ONCE, room);
                many[kind] = 0;
            }
        }
    }
    for (kind = 0; kind < 4; kind++)
        for (r = 0; r < many[kind]; r++, n++) {
            left[n] = waiting[kind][r];
            sides_left[n] = sides[kind][r];
        }
    for (r = 0; r < n; r += ROWS_AT_ONCE)
        WAY(mixed)(net, layer, left + r, sides_left + r, n - r < ROWS_AT_ONCE ? n - r : ROWS_AT_ONCE, room);
    levels = room->levels;
    room->levels = room->after;
    room->after = levels;
}

/* Scores of `n` rows. */
TARGET static void WAY(scored)(const Network *net, const WAY(Room) *room, int64_t n, float *restrict scores)
{
    const Matrix *m = net->out;
    const LEVEL *rows[ROWS_AT_ONCE][MOST_INPUTS];
    int32_t *y[ROWS_AT_ONCE];
    int64_t row;
    int r, i;
    for (row = 0; row < n; row += ROWS_AT_ONCE) {
        for (r = 0; r < ROWS_AT_ONCE; r++) {
            rows[r][0] = room->levels + (row + r < n ? row + r : row) * m->width;
            y[r] = room->y + r * m->outputs;
        }
        EVERY_TILE(m, rows, 1, y);
        for (r = 0; r < ROWS_AT_ONCE && row + r < n; r++)
            for (i = 0; i < net->tags; i++)
                *scores++ = (float)y[r][i] * m->step[i] + m->bias[i];
    }
}

/* All layers over all sentences. 0 where memory is out. */
static int WAY(pass)(const Network *net, const Bottom *bottom, int n_bottom, const int64_t *first, int64_t sentences,
                     float *scores)
{
    size_t width = net->out->width, places;
    int64_t most = CHUNK, s, end, row;
    int widest = net->apart->outputs > net->out->outputs ? net->apart->outputs : net->out->outputs, layer, done;
    WAY(Room) room = {0};
    LEVEL *levels, *after;
    for (s = 0; s < sentences; s++)
        if (first[s + 1] - first[s] > most)
            most = first[s + 1] - first[s];
    for (room.bits = 1; room.bits < MET_BITS && SHARED << room.bits < first[sentences]; room.bits++)
        ;
    places = (SHARED << room.bits) + CHUNK;
    room.levels = levels = malloc(most * width * sizeof(LEVEL));
    room.after = after = malloc(most * width * sizeof(LEVEL));
    room.nothing = malloc(width * sizeof(LEVEL));
    room.x = malloc(most * width * sizeof(float));
    room.y = malloc((size_t)ROWS_AT_ONCE * widest * sizeof(int32_t));
    room.used = calloc(places, sizeof(int64_t));
    room.of = malloc((places * n_bottom + 1) * sizeof(int64_t));
    room.met = malloc(places * width * sizeof(float));
    room.told = malloc(places * MOST_INPUTS * width * sizeof(int32_t));
    room.blank = calloc(width, sizeof(int32_t));
    room.which = malloc(CHUNK * sizeof(int64_t));
    done = levels && after && room.nothing && room.x && room.y && room.used && room.of && room.met && room.told &&
           room.blank && room.which;
    if (done) {
        for (row = 0; row < (int64_t)width; row++)
            room.nothing[row] = (LEVEL)SHIFT;
        for (s = 0; s < sentences; s = end) {
            for (end = s + 1; end < sentences && first[end + 1] - first[s] <= CHUNK; end++)
                ;
            if (first[end] - first[s] <= CHUNK)
                WAY(opened)(net, bottom, n_bottom, first + s, end - s, &room);
            else { /* one sentence, longer than there may be vectors met at once */
                for (row = 0; row < first[end] - first[s]; row++) {
                    const float *x = room.x + row * width;
                    LEVEL *rounded = room.levels + row * width;
                    float squares = WAY(begun)(net, bottom, n_bottom, first[s] + row, room.x + row * width);
                    WAY(rounded)(net, &x, &squares, &rounded, 1);
                }
                WAY(passed)(net, 0, first + s, end - s, &room);
            }
            for (layer = 1; layer < net->n_layers; layer++)
                WAY(passed)(net, layer, first + s, end - s, &room);
            WAY(scored)(net, &room, first[end] - first[s], scores + first[s] * net->tags);
        }
    }
    free(room.which);
    free(room.blank);
    free(room.told);
    free(room.met);
    free(room.of);
    free(room.used);
    free(room.y);
    free(room.x);
    free(room.nothing);
    free(after);
    free(levels);
    return done;
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
