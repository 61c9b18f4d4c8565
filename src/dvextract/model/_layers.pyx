# cython: boundscheck=False, wraparound=False, cdivision=True
"""The layers of a context network, compiled: what `layers.Layers` does with arrays, with the same results."""

from libc.stdint cimport int8_t, int32_t, int64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy


cdef extern from "layers.h":
    ctypedef struct Matrix:
        int vectors
        int width
        int outputs
        void *levels
        int32_t *shift
        float *step
        float *bias

    ctypedef struct Bottom:
        const float *table
        const int64_t *row

    ctypedef struct Sizes "Network":
        const Matrix *apart
        const Matrix *layers
        const int64_t *dilations
        int n_layers
        const Matrix *out
        int true_width
        int tags
        float factor
        float small

    ctypedef struct Way:
        const char *name
        int (*pack)(Matrix *, const int8_t *) noexcept nogil
        int (*passed "pass")(const Sizes *, const Bottom *, int, const int64_t *, int64_t, float *) noexcept nogil

    const Way *const *ways()


def way_names():
    """The ways this processor can go, the fastest first."""
    cdef const Way *const *each = ways()
    found = []
    while each[0] != NULL:
        found.append(each[0].name.decode())
        each += 1
    return found


class _Apart:
    """A layer's matrices of its three vectors side by side, as of one vector."""

    def __init__(self, matrix):
        wide = matrix.levels.shape[1]
        self.levels = matrix.levels.reshape(3, -1, wide).transpose(1, 0, 2).reshape(-1, 3 * wide)
        self.step = matrix.step.repeat(3)
        self.bias = matrix.bias.repeat(3)


cdef class Network:
    """Matrices in the order in which a processor goes through them.

    ``layers`` and ``out`` are `layers.Matrix`; layer ``i`` looks ``dilations[i]`` rows to either side. ``width`` is the
    vectors' before they were filled up, ``tags`` how many of the last matrix's outputs are wanted. ``factor`` are levels
    in a root mean square, ``small`` what is added to a mean square. ``way`` is one of `way_names`, the first if None.
    """

    cdef Matrix *_matrices
    cdef int64_t *_dilations
    cdef int _layers, _filled
    cdef Sizes _sizes
    cdef const Way *_way

    def __cinit__(self, layers, out, dilations, int width, int tags, float factor, float small, way=None):
        cdef int i
        cdef const Way *const *each = ways()
        while way is not None and each[0] != NULL and each[0].name.decode() != way:
            each += 1
        if each[0] == NULL:
            raise ValueError(f"this processor has no way '{way}'")
        self._way = each[0]
        self._layers = len(layers)
        self._filled = out.levels.shape[0]
        if len(dilations) != self._layers or min(dilations) < 1 or not 0 < width <= self._filled:
            raise ValueError("the network's layers do not fit together")
        self._matrices = <Matrix *>calloc(self._layers + 2, sizeof(Matrix))
        self._dilations = <int64_t *>malloc((self._layers + 1) * sizeof(int64_t))
        if self._matrices == NULL or self._dilations == NULL:
            raise MemoryError
        for i in range(self._layers):
            self._dilations[i] = dilations[i]
            self._take(&self._matrices[i], layers[i], 3, self._filled)
        self._take(&self._matrices[self._layers], out, 1, out.levels.shape[1])
        self._take(&self._matrices[self._layers + 1], _Apart(layers[0]), 1, 3 * self._filled)
        if tags > self._matrices[self._layers].outputs:
            raise ValueError("the network has fewer scores than tags")
        self._sizes = Sizes(
            &self._matrices[self._layers + 1], self._matrices, self._dilations, self._layers,
            &self._matrices[self._layers], width, tags, factor, small
        )

    cdef int _take(self, Matrix *m, matrix, int vectors, int outputs) except -1:
        cdef const int8_t[:, ::1] levels = matrix.levels
        cdef const float[::1] step = matrix.step
        cdef const float[::1] bias = matrix.bias
        if (
            levels.shape[0] != vectors * self._filled
            or levels.shape[1] != outputs
            or len(step) != outputs
            or len(bias) != outputs
            or outputs % 16
            or self._filled % 16
        ):
            raise ValueError("a matrix of the network has another size than its layers")
        m.vectors, m.width, m.outputs = vectors, self._filled, outputs
        m.shift = <int32_t *>malloc((<size_t>1 << vectors) * outputs * sizeof(int32_t))
        m.step = <float *>malloc(outputs * sizeof(float))
        m.bias = <float *>malloc(outputs * sizeof(float))
        if m.shift == NULL or m.step == NULL or m.bias == NULL or not self._way.pack(m, &levels[0, 0]):
            raise MemoryError
        memcpy(m.step, &step[0], outputs * sizeof(float))
        memcpy(m.bias, &bias[0], outputs * sizeof(float))
        return 0

    def __dealloc__(self):
        cdef int i
        if self._matrices != NULL:
            for i in range(self._layers + 2):
                free(self._matrices[i].levels)
                free(self._matrices[i].shift)
                free(self._matrices[i].step)
                free(self._matrices[i].bias)
        free(self._matrices)
        free(self._dilations)

    def scores(self, list bottom not None, const int64_t[::1] first, float[:, ::1] scores):
        """Fill ``scores`` (rows, tags); a row begins as the sum of one row of each table of ``bottom``.

        ``bottom`` are pairs of a table (any, width) and the rows taken of it (rows); ``first`` are the sentences' bounds
        (sentences + 1).
        """
        cdef Py_ssize_t i, n = scores.shape[0], sentences = len(first) - 1
        cdef int done, count = len(bottom)
        cdef Bottom *tables
        if scores.shape[1] != self._sizes.tags:
            raise ValueError("scores of another number of tags than the network's")
        if sentences < 0 or first[0] != 0 or first[sentences] != n:
            raise ValueError("sentences that are not the rows'")
        for i in range(sentences):
            if first[i + 1] < first[i]:
                raise ValueError("sentences that are not the rows'")
        if n == 0:
            return
        tables = <Bottom *>malloc((count + 1) * sizeof(Bottom))
        if tables == NULL:
            raise MemoryError
        try:
            for i in range(count):  # the list holds the arrays as long as their bytes are read
                tables[i] = self._checked(bottom[i][0], bottom[i][1], n)
            with nogil:
                done = self._way.passed(&self._sizes, tables, count, &first[0], sentences, &scores[0, 0])
        finally:
            free(tables)
        if not done:
            raise MemoryError

    cdef Bottom _checked(self, const float[:, ::1] table, const int64_t[::1] row, Py_ssize_t n) except *:
        cdef Py_ssize_t i
        if table.shape[1] != self._sizes.true_width or len(row) != n:
            raise ValueError("a table of another width than the network's, or rows of another number")
        for i in range(n):
            if not 0 <= row[i] < table.shape[0]:
                raise ValueError("rows that a table does not have")
        return Bottom(&table[0, 0], &row[0])
