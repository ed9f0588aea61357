#include "law/law_layout.h"

#define SHAPE(word, type, ceiling) { word, (uint32_t)sizeof(struct type), (ceiling) }

const struct law_table_shape law_table_shape[LAW_TABLE__COUNT] = {
	[LAW_TABLE_SOURCE] = SHAPE("source", law_source, LAW_NONE),
	[LAW_TABLE_ANTIGEN] = SHAPE("antigen", law_antigen, LAW_ANTIGENS_MAX),
	[LAW_TABLE_CONDITION] = SHAPE("condition", law_condition, LAW_CONDITIONS_MAX),
	[LAW_TABLE_CLASS] = SHAPE("class", law_class, LAW_CLASSES_MAX),
	[LAW_TABLE_PRODUCT] = SHAPE("product", law_product, LAW_PRODUCTS_MAX),
	[LAW_TABLE_PROGRAMME] = SHAPE("programme", law_programme, LAW_PROGRAMMES_MAX),
	[LAW_TABLE_TARGET] = SHAPE("target", law_target, LAW_NONE),
	[LAW_TABLE_COURSE] = SHAPE("course", law_course, LAW_NONE),
	[LAW_TABLE_SLOT] = SHAPE("slot", law_slot, LAW_NONE),
	[LAW_TABLE_WAY] = SHAPE("way", law_way, LAW_NONE),
	[LAW_TABLE_CHOICE] = SHAPE("choice", law_choice, LAW_NONE),
	[LAW_TABLE_EXTENSION] = SHAPE("extension", law_extension, LAW_NONE),
	[LAW_TABLE_SPACING] = SHAPE("spacing", law_spacing, LAW_NONE),
	[LAW_TABLE_SEASON] = SHAPE("season", law_season, LAW_NONE),
};
