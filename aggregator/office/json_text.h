/* SPDX-License-Identifier: MIT */
/* JSON from outside, read so that nothing gets lost on the way. */
#ifndef OFFICE_JSON_TEXT_H
#define OFFICE_JSON_TEXT_H

#include <jansson.h>

#include "base/bytes.h"
#include "base/err.h"

/* *out: the object, the caller's. Where memory runs out in the middle of a text the JSON library may
 * leave characters out, of names too, and say nothing: what was read is weighed against the text.
 * ERR_INVALID: no JSON object, or one with a name twice. ERR_NOMEM: it may be one. */
enum err json_text_object(struct bytes text, json_t **out);

#endif
