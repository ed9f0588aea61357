#ifndef EXCHANGE_MESSAGE_SHAPE_CHECK_H
#define EXCHANGE_MESSAGE_SHAPE_CHECK_H

#include "exchange/message.h"

/*
 * Rules that span elements of one message or record, for the tables of message_shape.c.  value is the struct of that
 * table.  RC_INVALID: ret_element is the element to be named, ret_rule says what does not hold; both static.
 */
enum rc shape_check_item(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_record_items(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_copy(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_copy_register(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_inquiry(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_permission(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_result(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_response(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_provision_record(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_copy_result(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_error(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_correction(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_correction_receipt(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_day_count(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_letter(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_evidence(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_self_info(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_self_info_report(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;
enum rc shape_check_notice_result(const void *value, const char **ret_element, const char **ret_rule) MUST_USE;

#endif
