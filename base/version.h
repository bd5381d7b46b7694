/* SPDX-License-Identifier: MIT */
/* The version that every program of the release tells. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define VERSION_NUMBER "0.1.0"

#endif
