-- rule: R48
-- title: 执行情况与考核记录
-- clause: 三.5
-- sentence: 要严格执行各项收费及财务制度，试点期间不得将是否获得相关证书作为毕业标准，不得直接或委托其他机构向试点专业学生收取培训费，杜绝乱培训、乱收费、滥发证，切实保障学生权益。
-- subject: performance
-- reads: assessment assessment_group assessment_twin certificate_ref dataset performance
-- severity: review
-- understood: {stated}
-- allowed: {recorded}
-- message: {year} 年执行情况与平台考核记录不一致：{problem}。请学校与培训评价组织核对名单，改正执行情况或补齐考核记录；确需不同的，附书面说明，由省厅研判。
-- message x: 本批次没有收到{lacking}，无法核对{stated}。请补交{lacking}。
--
-- fires | one more examined than recorded | performance 考核人数=4
-- fires | one less examined than recorded | performance 考核人数=2
-- fires | one more certified than recorded | performance 取证人数=3
-- fires | both differ: one finding | performance 考核人数=9, 取证人数=9
-- fires | no records of the row | performance#2 年度=2019
-- fires | records of another level | performance 等级=高级
-- fires | records of another school | assessment#5 学校标识码=4299990003
-- fires | records of the day after the year's end | assessment#5 考核日期=2021-01-01
-- fires | a failure and a pass count two persons | assessment#5 结果=未通过, 证书编号=
-- fires x 2 | no assessment file: one per row | -assessment
-- fires - | a number that cannot be read leaves the other | performance 考核人数=三人, 取证人数=1
-- fires x | no performance file | -performance
-- fires x | neither file | -performance ; -assessment
-- passes | a retake counts one person | +assessment#3 考核日期=2020-12-20, 结果=通过, 证书编号=ZH0003 ; performance 取证人数=3
-- passes | one person passes twice in a year: one | +assessment#1 考核日期=2020-12-20, 证书编号=ZH0009
-- passes | absent and then examined: one | +assessment#4 考核日期=2020-12-20, 结果=未通过 ; performance 考核人数=4
-- passes | the first and the last day of the year | assessment#5 考核日期=2020-12-31 ; assessment#1 考核日期=2020-01-01
-- passes | a person of two years counts in each | +assessment#3 考核日期=2019-12-31 ; +performance 年度=2019, 考核人数=1, 取证人数=0
-- passes | no organisation and another spelling in the records | assessment#5 证书名称=建筑信息模型, 培训评价组织=
-- passes | nothing reported, nothing recorded | +performance 学校标识码=4299990003, 考核人数=0, 取证人数=0
-- passes | a result that cannot be read counts as none | +assessment 报名号=BM0099, 结果=及格, 证书编号=
-- passes | numbers that cannot be read | performance 考核人数=三人, 取证人数=两人
WITH span AS MATERIALIZED ( -- the days of the years reported; 719162 days lie before 1970
	SELECT year,
	       365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 - 719162 AS first_day,
	       365 * year + year / 4 - year / 100 + year / 400 - 719163 AS last_day
	FROM (SELECT year FROM performance INTERSECT SELECT year FROM assessment_group)
), repeated AS MATERIALIZED ( -- attempts too many of one person in the same unit, level and year
	SELECT a.school_code, r.unit, a.level, y.year, COUNT(*) - COUNT(DISTINCT w.first) AS examined,
	       SUM(a.result = 1) - COUNT(DISTINCT CASE WHEN a.result = 1 THEN w.first END) AS passed
	FROM assessment_twin w CROSS JOIN assessment a ON a.id = w.id CROSS JOIN certificate_ref r ON r.id = a.certificate_ref
	     CROSS JOIN span y ON a.exam_date BETWEEN y.first_day AND y.last_day
	WHERE w.kind = 'registration' AND a.result <= 2
	GROUP BY a.school_code, r.unit, a.level, y.year
), recorded AS MATERIALIZED (
	SELECT school_code, unit, level, year, SUM(examined) AS examined, SUM(passed) AS certified
	FROM (SELECT c.school_code, r.unit, c.level, c.year, c.examined, c.passed
	      FROM assessment_group c JOIN certificate_ref r ON r.id = c.certificate_ref
	      UNION ALL
	      SELECT school_code, unit, level, year, -examined, -passed FROM repeated)
	GROUP BY school_code, unit, level, year
), compared AS (
	SELECT p.id, p.year, p.examined, p.certified,
	       coalesce(c.examined, 0) AS examined_recorded, coalesce(c.certified, 0) AS certified_recorded
	FROM performance p JOIN certificate_ref r ON r.id = p.certificate_ref
	     LEFT JOIN recorded c ON c.school_code = p.school_code AND c.unit = r.unit
	                         AND c.level = p.level AND c.year = p.year
	WHERE (SELECT present FROM dataset WHERE name = 'assessment')
)
SELECT '' AS rule_case, 'performance' AS dataset, id, year, NULL AS lacking,
       CASE WHEN examined <> examined_recorded THEN 'examined' ELSE 'certified' END AS field,
       '考核 ' || coalesce(examined, '不明') || '，取证 ' || coalesce(certified, '不明') AS stated,
       '考核 ' || examined_recorded || '，取证 ' || certified_recorded AS recorded,
       rtrim(CASE WHEN examined <> examined_recorded THEN '考核人数填 ' || examined || '，记录中有 '
                       || examined_recorded || ' 人（通过或未通过）；' ELSE '' END
          || CASE WHEN certified <> certified_recorded THEN '取证人数填 ' || certified || '，记录中有 '
                       || certified_recorded || ' 人通过；' ELSE '' END, '；') AS problem
FROM compared
WHERE examined <> examined_recorded OR certified <> certified_recorded
UNION ALL
SELECT 'x', 'performance', p.id, p.year, d.title, 'examined',
       p.year || ' 年执行情况：考核 ' || coalesce(p.examined, '不明') || '，取证 ' || coalesce(p.certified, '不明'),
       '有' || d.title || '可对照', NULL
FROM performance p JOIN dataset d ON d.name = 'assessment' AND d.present = 0
UNION ALL
SELECT 'x', 'batch', NULL, NULL, title, NULL, title, '有' || title, NULL
FROM dataset WHERE name = 'performance' AND present = 0
