#include "law/law_phrase.h"

#include <string.h>

static const char *const phrase_table[LAW_SAY__COUNT][LAW_PRINT__COUNT] = {
	[LAW_SAY_TITLE] = { "{1}に施行されている法令（版 {2}）", "The law in force on {1} (version {2})" },
	[LAW_SAY_DIFF_TITLE] = { "{1}と{2}の法令の違い", "What differs in the law between {1} and {2}" },
	[LAW_SAY_NO_CHANGE] = { "違いはありません。", "Nothing differs." },
	[LAW_SAY_ENDS] = { "- ", "- " },
	[LAW_SAY_BEGINS] = { "+ ", "+ " },
	[LAW_SAY_TARGET] = { "対象（{1}）: ", "target ({1}): " },
	[LAW_SAY_COURSE] = { "接種の進め方（{1}）: ", "course ({1}): " },
	[LAW_SAY_EXTENSION] = { "特別の事情による延長（{1}）: ", "extension for special circumstances ({1}): " },
	[LAW_SAY_SPACING] = { "異なるワクチンの接種間隔（{1}）: ", "spacing between different products ({1}): " },
	[LAW_SAY_SEASON] = { "接種期間: {1}から{2}まで", "season: {1} to {2}" },
	[LAW_SAY_EXCLUSION] = { "対象から除かれる者: {1}", "excluded: {1}" },
	[LAW_SAY_ANTIBODY_ENOUGH] = { "抗体検査で十分な抗体があった者は除かれる", "exempt: who had enough antibody in a test" },
	[LAW_SAY_CHOICE] = { "{1}の選択", "choice of {1}" },
	[LAW_SAY_FEWER] = { "{1}の接種が{2}回に満たない間", "while fewer than {2} doses of {1} are on record" },
	[LAW_SAY_HISTORY] = { "罹患により除かれる疾病: {1}", "diseases that exempt who has had them: {1}" },
	[LAW_SAY_NO_TARGET] = { "この日に対象となる者はいません。", "nobody is a target on this day" },
	[LAW_SAY_SETTABLE] = { "（市町村長が定める）", " (fixed by the municipality)" },
	[LAW_SAY_FROM] = { "{1}から", "from {1}" },
	[LAW_SAY_TO] = { "{1}まで", "until {1}" },
	[LAW_SAY_FROM_TO] = { "{1}から{2}まで", "{1} to {2}" },
	[LAW_SAY_ALWAYS] = { "年齢を問わない", "at any age" },
	[LAW_SAY_ANY_PRODUCT] = { "どのワクチンでも", "any product" },
	[LAW_SAY_AGE_MONTHS] = { "生後{1}月に至った日", "the day of {1} months" },
	[LAW_SAY_AGE_YEARS] = { "{1}歳に達した日", "the day of {1} years" },
	[LAW_SAY_AGE_DAYS] = { "生後{1}日", "day {1} after birth" },
	[LAW_SAY_BIRTH] = { "出生の日", "the day of birth" },
	[LAW_SAY_FISCAL_FIRST] = { "{1}歳となる年度の初日", "the first day of the fiscal year of {1}" },
	[LAW_SAY_FISCAL_LAST] = { "{1}歳となる年度の末日", "the last day of the fiscal year of {1}" },
	[LAW_SAY_SCHOOL] = { "就学の日", "the day of starting school" },
	[LAW_SAY_SCHOOL_BEFORE] = { "就学の日の{1}月前", "{1} months before the day of starting school" },
	[LAW_SAY_GESTATION] = { "妊娠{1}週{2}日", "week {1} day {2} of pregnancy" },
	[LAW_SAY_SEASON_FIRST] = { "期間の初日", "the first day of the season" },
	[LAW_SAY_SEASON_LAST] = { "期間の末日", "the last day of the season" },
	[LAW_SAY_DAY_AFTER] = { "{1}の翌日", "the day after {1}" },
	[LAW_SAY_EVE] = { "{1}の前日", "the eve of {1}" },
	[LAW_SAY_REACHES_BACK] = { "それより前の接種にも及ぶ", "earlier doses too" },
	[LAW_SAY_DAYS_AFTER] = { "{1}の{2}日後", "{2} days after {1}" },
	[LAW_SAY_DAYS_BEFORE] = { "{1}の{2}日前", "{2} days before {1}" },
	[LAW_SAY_DAYS] = { "{1}日", "{1} days" },
	[LAW_SAY_MONTHS] = { "{1}月", "{1} months" },
	[LAW_SAY_HALF_MONTHS] = { "{1}月半", "{1} and a half months" },
	[LAW_SAY_AFTER_PREVIOUS] = { "前回から{1}以上の間隔", "{1} or more after the previous dose" },
	[LAW_SAY_AFTER_DOSE] = { "{2}回目から{1}以上の間隔", "{1} or more after dose {2}" },
	[LAW_SAY_AFTER_GROUP] = { "初回接種の終了後{1}以上の間隔", "{1} or more after the initial doses" },
	[LAW_SAY_AFTER_STAGES] = { "前の期の最後の接種から{1}以上の間隔", "{1} or more after the last dose of any stage" },
	[LAW_SAY_DOCTOR] = { "医師が認めるとき{1}以上", "{1} or more where a doctor finds it necessary" },
	[LAW_SAY_DOCTOR_IF] = { "（{1}）", " ({1})" },
	[LAW_SAY_IN_ORDER] = { "初回接種が終わったとき", "when the initial doses are complete" },
	[LAW_SAY_AFTER_JUMP] = { "初回接種を終えずに進んだとき", "when the initial doses were left incomplete" },
	[LAW_SAY_STANDARD] = { "標準 {1}", "standard {1}" },
	[LAW_SAY_STANDARD_AFTER] = { "標準の間隔 {1}", "standard interval {1}" },
	[LAW_SAY_BORN] = { "出生日 {1}", "born {1}" },
	[LAW_SAY_FEMALE] = { "女子", "female" },
	[LAW_SAY_MALE] = { "男性", "male" },
	[LAW_SAY_WITH] = { "{1}に該当する者", "with: {1}" },
	[LAW_SAY_WITHOUT] = { "{1}に該当しない者", "without: {1}" },
	[LAW_SAY_GESTATION_KNOWN] = { "妊婦", "pregnant" },
	[LAW_SAY_ANTIBODY] = { "{1}までの抗体検査で抗体が不十分な者", "too little antibody in a test by {1}" },
	[LAW_SAY_GIVEN] = { "接種回数が{1}の者", "doses given: {1}" },
	[LAW_SAY_GIVEN_IN] = { "{2}の接種回数が{1}の者", "doses given {2}: {1}" },
	[LAW_SAY_COUNT_NONE] = { "0回", "none" },
	[LAW_SAY_COUNT_EXACT] = { "{1}回", "{1}" },
	[LAW_SAY_COUNT_LEAST] = { "{1}回以上", "{1} or more" },
	[LAW_SAY_COUNT_BETWEEN] = { "{1}回から{2}回まで", "{1} to {2}" },
	[LAW_SAY_EVERYBODY] = { "すべての者", "everybody" },
	[LAW_SAY_EVERYBODY_ELSE] = { "上のいずれにも当たらない者", "everybody of whom no course above speaks" },
	[LAW_SAY_PRODUCTS] = { "ワクチンの略号", "Vaccines by their codes" },
	[LAW_SAY_UNCONFIRMED_TITLE] = { "未確認の点とその理由", "What is unconfirmed, and why" },
	[LAW_SAY_ONE_DAY] = { "{1}日", "{1} day" },
	[LAW_SAY_ONE_MONTH] = { "{1}月", "{1} month" },
	[LAW_SAY_FIRST_DOSE] = { "1回目の接種が{1}の者", "first dose {1}" },
	[LAW_SAY_USED_ONLY] = { "用いたワクチンが{1}のみの者", "with {1} only" },
	[LAW_SAY_USED_ANY] = { "{1}を用いた者", "with some {1}" },
	[LAW_SAY_USED_NONE] = { "{1}を用いていない者", "without {1}" },
	[LAW_SAY_EXTENSION_ONLY] = { "延長された期間に始めた者", "begun within an extension" },
	[LAW_SAY_EXTENSION_NEVER] = { "延長によらない者", "begun within no extension" },
	[LAW_SAY_INITIAL] = { "初回", "initial" },
	[LAW_SAY_BOOSTER] = { "追加", "booster" },
	[LAW_SAY_SINGLE] = { "1回", "single" },
	[LAW_SAY_SEASONAL] = { "毎年度1回", "once a fiscal year" },
	[LAW_SAY_SLOT] = { "{1}回目（{2}）", "dose {1} ({2})" },
	[LAW_SAY_NOT_BEFORE] = { "{1}以後", "not before {1}" },
	[LAW_SAY_CAP] = { "{1}まで、過ぎたら{2}回目へ", "until {1}, then on to dose {2}" },
	[LAW_SAY_CAP_END] = { "{1}まで、過ぎたら終了", "until {1}, then the course ends" },
	[LAW_SAY_DROP] = { "前回が{1}より後なら行わない", "dropped when the previous dose was given after {1}" },
	[LAW_SAY_SHORT] = { "間隔が短くても{1}以上なら進め方が{2}に変わる", "sooner, but {1} or more: the course becomes {2}" },
	[LAW_SAY_UNTIL] = { "{1}まで", "until {1}" },
	[LAW_SAY_NO_UPPER_AGE] = { "年齢の上限なし", "no upper age" },
	[LAW_SAY_EARLIER] = { "先に{1}", "first {1}" },
	[LAW_SAY_LATER] = { "、次に{1}", ", then {1}" },
	[LAW_SAY_SPACING_DAYS] = { "{1}日以上の間隔", "{1} full days or more" },
	[LAW_SAY_SAME_DAY] = { "同じ日にも行わない", "nor on the same day" },
	[LAW_SAY_DEEMED] = { "{1}の接種はこれによるものとみなす（{2}）", "doses given {1} are deemed given under it ({2})" },
	[LAW_SAY_EXCEPT] = { "{1}を除く", "except {1}" },
	[LAW_SAY_IN_FORCE] = { "施行 {1}", "in force {1}" },
	[LAW_SAY_PUBLISHED] = { "公布 {1}", "published {1}" },
	[LAW_SAY_PUBLISHED_UNCONFIRMED] = { "公布日未確認", "day of publication unconfirmed" },
	[LAW_SAY_UNCONFIRMED] = { "未確認", "unconfirmed" },
};

/* A piece that does not fit is left out whole, so that no character is cut in two. */
static size_t
add(char *text, size_t size, size_t at, const char *piece, size_t len)
{
	if (len >= size - at)
		return at;
	memcpy(text + at, piece, len);
	text[at + len] = '\0';
	return at + len;
}

void
law_phrase_write(enum law_print_lang lang, enum law_phrase phrase, const char *one, const char *two,
    char *ret_text, size_t size)
{
	const char *p = phrase_table[phrase][lang];
	size_t at = 0;

	ret_text[0] = '\0';
	while (*p != '\0') {
		size_t len = strcspn(p, "{");

		at = add(ret_text, size, at, p, len);
		p += len;
		if (*p == '{') {
			const char *value = p[1] == '1' ? one : two;

			at = add(ret_text, size, at, value, strlen(value));
			p += 3;
		}
	}
}
