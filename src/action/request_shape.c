#include "action/request_shape.h"

static const struct request_shape_list *const list[] = {
	&request_shape_node,
	&request_shape_people,
	&request_shape_person,
	&request_shape_dose,
	&request_shape_duplicate,
	&request_shape_exchange,
	&request_shape_operations,
	&request_shape_lists,
	&request_shape_office,
};

const struct request_field request_takes_addressee[1] = { TEXT(TAG_ADDRESSEE, NEED) };

const struct request_shape *
request_shape(enum request_kind kind)
{
	for (size_t i = 0; i < LEN(list); i++)
		for (size_t k = 0; k < list[i]->n; k++)
			if (list[i]->shape[k].kind == kind)
				return &list[i]->shape[k];
	return NULL;
}
