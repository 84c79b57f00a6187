-- rule: R34
-- title: 初审日期
-- clause: 四.4
-- sentence: 5月27日前，各市（州）教育局完成对所属中等职业学校的试点申报初审。
-- subject: city_review
-- reads: city_review reviewed_application batch
-- case a: note
-- case b: review
-- field: review_date
-- understood: {review_date:day}
-- allowed a: 不晚于 {until:day}
-- allowed b: 不早于申报提交之日 {submitted:day}
-- message a: 初审日期 {review_date:day} 晚于规定的 {until:day}，是初审单位迟报，不影响学校。请提醒初审单位按期完成。
-- message b: 初审日期 {review_date:day} 早于学校提交申报的 {submitted:day}，初审时申报尚未提交。请初审单位核对日期或说明情况，由审核人研判。
--
-- fires a | one day late | city_review 初审日期=2021-05-28
-- fires b | the day before submission | city_review 初审日期=2021-05-18
-- fires a b | late, and still before a later submission | city_review 初审日期=2021-05-28 ; application#2 提交时间=2021-05-29 10:00:00
-- fires a | late for an application that does not exist | +city_review 申报编号=SB999, 初审日期=2021-05-28
-- fires a | another last day in the notice | notice cityReview/@until=2021-05-25
-- passes | the last day itself | city_review 初审日期=2021-05-27
-- passes | the day of submission, though submitted in the evening | city_review 初审日期=2021-05-19 ; application#2 提交时间=2021-05-19 23:59:59
-- passes | the date cannot be read | city_review 初审日期=五月
-- passes | the number stands on two applications | city_review 初审日期=2021-05-18 ; +application#2 备注=x
SELECT 'a' AS rule_case, r.id, r.review_date, b.city_review_until AS until, NULL AS submitted
FROM city_review r, batch b
WHERE r.review_date > b.city_review_until
UNION ALL
SELECT 'b', r.id, r.review_date, NULL, v.submitted / 86400
FROM reviewed_application v
CROSS JOIN city_review r ON r.id = v.review
WHERE r.review_date < v.submitted / 86400;
