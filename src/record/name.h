#ifndef RECORD_NAME_H
#define RECORD_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Names of people beside their registered form, which is never changed: it keeps every
 * variation sequence and private-use character byte by byte.
 */

/*
 * With the characters of JIS X 0213:2004 alone, for screens and paper that have no others: selectors
 * of variations dropped, variants (data/code/variant.tsv) by their plain form, what remains by U+3013.
 * Appends nothing and returns RC_OK with *ret_same true when the name shows as it is.
 */
enum rc name_display(const char *name, struct buf *ret_display, bool *ret_same) MUST_USE;

/*
 * The form by which names are found, much coarser than kana_fold: spaces and selectors dropped, variants
 * by their plain form, all kana katakana, small as large, without voicing, without long vowels
 * (オオノ, オーノ, オウノ, オノ), ヂ ヅ as シ ス, ヲ as オ; Latin letters as capitals without accents.  Only for finding
 * candidates: what is found is put in order by how like it is.  RC_INVALID: no clean text.
 */
enum rc name_fold(const char *name, struct buf *ret_folded) MUST_USE;

/*
 * Kana of Roman letters (Hepburn or Kunrei, ō, oh, ou, n', m before b and p), ready for name_fold.
 * RC_ABSENT when they are no Japanese syllables.
 */
enum rc name_kana_of_roman(const char *roman, struct buf *ret_kana) MUST_USE;

/*
 * Pairs of neighbouring characters of a folded name, the first with 0 before it: sorted, each once,
 * at most NAME_GRAMS_MAX.
 */
#define NAME_GRAMS_MAX 64
size_t name_grams(const char *folded, uint64_t ret_grams[NAME_GRAMS_MAX]);

/* How alike two folded names are: 0 nothing in common, 1000 the same.  By the longest way through both
 * that keeps the order, so that one slip costs one character wherever it is. */
int name_likeness(const char *folded, const char *other);

#endif
