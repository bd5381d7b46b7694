/* SPDX-License-Identifier: MIT */
/* Places and things in answers. Main thread. */
#ifndef DAEMON_API_OBJECTS_H
#define DAEMON_API_OBJECTS_H

#include "daemon/api_private.h"

/* "objects": how many are counted, listed, missing and accepted; null for a measure that is not
 * counted by objects. */
void api_put_objects(struct api_call *call, uint16_t measure);

void api_objects(struct api_call *call);
void api_object(struct api_call *call);

#endif
