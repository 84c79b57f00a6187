-- sheet: 总览
-- title: {document}　{batch}批次试点审核总览
-- intro: {verdict}
-- intro: {verdict_applications}
-- intro: {verdict_findings}
-- intro: {verdict_sources}
-- intro: 判定日{as_of}。申报、初审、核定三个人数分开统计，以核定为准；“建议通过”尚未经审核决定，不计入核定。
-- block: 一、审核结论
-- column: 结论 | state | 24
-- column: 申报条数 | count | 10 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- column: 条数占比 | percent | 10
-- chart: bars | 各类结论的申报条数 | 结论 | 申报条数 | 14
-- chart: columns | 各类结论的人数：申报、初审、核定 | 结论 | 申报, 初审, 核定 | 14
WITH word(outcome, position) AS (VALUES ('通过', 1), ('建议通过', 2), ('待研判', 3), ('退回', 4), ('不符合', 5))
SELECT w.outcome, count(o.application), coalesce(sum(o.declared), 0), coalesce(sum(o.first_review), 0),
       coalesce(sum(o.approved), 0),
       1.0 * count(o.application) / nullif((SELECT count(*) FROM outcome), 0)
FROM word w LEFT JOIN outcome o ON o.outcome = w.outcome
GROUP BY w.outcome, w.position
ORDER BY w.position;

-- block: 二、各审核单位
-- column: 审核单位 | text | 24
-- column: 院校数 | count | 10 | sum
-- column: 申报条数 | count | 10 | sum
-- column: 通过 | count | 10 | sum
-- column: 建议通过 | count | 10 | sum
-- column: 待研判 | count | 10 | sum
-- column: 退回 | count | 10 | sum
-- column: 不符合 | count | 10 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- chart: shares | 各审核单位的审核结论构成（按条数） | 审核单位 | 通过, 建议通过, 待研判, 退回, 不符合 | 24
SELECT coalesce(nullif(unit_name, ''), '（名录外学校）'), schools, applications, approved_applications, recommended,
       under_review, returned, rejected, declared, first_review, approved
FROM region_count
ORDER BY reviewing_unit = '', reviewing_unit <> 'province', reviewing_unit;

-- block: 三、各批次公布的证书
-- column: 证书批次 | text | 24
-- column: 院校数 | count | 10
-- column: 申报条数 | count | 10 | sum
-- column: 通过 | count | 10 | sum
-- column: 建议通过 | count | 10 | sum
-- column: 待研判 | count | 10 | sum
-- column: 退回 | count | 10 | sum
-- column: 不符合 | count | 10 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- note: 同一院校可申报多个批次的证书，院校数不能相加。
-- chart: columns | 各批次证书的人数：申报、初审、核定 | 证书批次 | 申报, 初审, 核定 | 16
-- chart: stacked | 各批次证书的审核结论（条） | 证书批次 | 通过, 建议通过, 待研判, 退回, 不符合 | 16
SELECT CASE release_batch WHEN 0 THEN '名录外证书' ELSE '第' || substr('一二三四五六七八九', release_batch, 1) || '批' END,
       schools, applications, approved_applications, recommended, under_review, returned, rejected,
       declared, first_review, approved
FROM release_count
ORDER BY release_batch = 0, release_batch;

-- block: 四、各类学校
-- column: 学校类型 | text | 24
-- column: 院校数 | count | 10 | sum
-- column: 申报条数 | count | 10 | sum
-- column: 通过 | count | 10 | sum
-- column: 建议通过 | count | 10 | sum
-- column: 待研判 | count | 10 | sum
-- column: 退回 | count | 10 | sum
-- column: 不符合 | count | 10 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
SELECT coalesce(nullif(school_kind, ''), '（名录外学校）'), schools, applications, approved_applications, recommended,
       under_review, returned, rejected, declared, first_review, approved
FROM kind_count
ORDER BY school_kind = '', applications DESC, school_kind;

-- block: 五、问题最多的规则（至多列15条，全部规则见“规则目录”，逐条问题见“问题清单”）
-- column: 规则 | text | 24
-- column: 合计 | count | 10
-- column: 不符合条件 | count | 10
-- column: 退回修改 | count | 10
-- column: 人工研判 | count | 10
-- column: 提示 | count | 10
-- column: 涉及申报 | count | 10
-- empty: 没有发现问题
-- chart: stacked | 各规则的问题条数 | 规则 | 不符合条件, 退回修改, 人工研判, 提示 | 22
WITH label(rule, title) AS (
  SELECT rule, min(title) FROM rule GROUP BY rule)
SELECT f.rule || coalesce(' ' || (SELECT title FROM label l WHERE l.rule = f.rule), ''), count(*),
       sum(f.severity = 'reject'), sum(f.severity = 'return'), sum(f.severity = 'review'), sum(f.severity = 'note'),
       count(DISTINCT f.application_no)
FROM finding f
GROUP BY f.rule
ORDER BY count(*) DESC, f.rule
LIMIT 15;
