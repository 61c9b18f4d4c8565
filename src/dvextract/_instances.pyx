# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Instances of frozen classes with slots, made without their ``__init__``; see `compiled.maker`."""

from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM, PyTuple_GET_SIZE

import dataclasses
from types import MemberDescriptorType

cdef extern from "Python.h":
    object PyType_GenericAlloc(type cls, Py_ssize_t items)

cdef extern from "structmember.h":
    enum: T_OBJECT_EX
    ctypedef struct PyMemberDef:
        int type
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef* d_member

cdef enum:
    FIELDS = 16  # of what a Maker makes, at most


cdef class Maker:
    """Makes instances of a dataclass with slots of its fields' values in order, without its ``__init__``."""

    cdef type cls
    cdef Py_ssize_t fields, least
    cdef Py_ssize_t[FIELDS] offset
    cdef tuple default  # of the fields from ``least`` on

    def __cinit__(self, type cls not None):
        fields = dataclasses.fields(cls)
        defaults = [f.default for f in fields if f.default is not dataclasses.MISSING]
        self.cls, self.fields, self.least, self.default = cls, len(fields), len(fields) - len(defaults), tuple(defaults)
        if hasattr(cls, "__post_init__") or self.fields > FIELDS:
            raise ValueError(f"not made without __init__: {cls}")
        for i, one in enumerate(fields):
            slot = cls.__dict__.get(one.name)
            if type(slot) is not MemberDescriptorType or (<PyMemberDescrObject*>slot).d_member.type != T_OBJECT_EX:
                raise ValueError(f"no slot of its own: {cls}.{one.name}")
            if not one.init or one.kw_only or one.default_factory is not dataclasses.MISSING:
                raise ValueError(f"not given by its place: {cls}.{one.name}")
            self.offset[i] = (<PyMemberDescrObject*>slot).d_member.offset

    def __call__(self, *values):
        cdef Py_ssize_t given = PyTuple_GET_SIZE(values), i
        cdef PyObject* value
        if not self.least <= given <= self.fields:
            raise TypeError(f"{self.cls} has {self.least} to {self.fields} fields, not {given}")
        made = PyType_GenericAlloc(self.cls, 0)
        for i in range(self.fields):
            if i < given:
                value = PyTuple_GET_ITEM(values, i)
            else:
                value = PyTuple_GET_ITEM(self.default, i - self.least)
            Py_INCREF(<object>value)
            (<PyObject**>(<char*><PyObject*>made + self.offset[i]))[0] = value
        return made
