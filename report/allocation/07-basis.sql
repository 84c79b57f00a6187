-- sheet: 因素说明
-- title: {batch}批次奖补资金测算：因素说明与依据
-- block: 一、因素值怎样得来
-- column: 因素 | text | 24
-- column: 单位 | text | 14 | center
-- column: 数据和算法 | wrap | 90
WITH known(factor, unit, words) AS (VALUES
  ('progress', '百万分之一', '以前年度考核人数÷以前年度获批人数，最高为1，舍去百万分之一以下；没有获批人数的学校取“新增学校推进情况”'),
  ('training', '人', '以前年度培训人数之和'),
  ('examination', '人', '以前年度考核人数之和：有考核记录的按记录中的报名号统计，没有的按学校填报的执行情况'),
  ('scale', '人', '核定人数之和（已含沿用的计划人数，不另加）'),
  ('level', '百分之一', '核定人数×等级系数之和')),
title AS (SELECT factor, min(title) AS title FROM factor_pool GROUP BY factor)
SELECT coalesce(t.title, CASE f.factor WHEN 'progress' THEN '试点推进情况' WHEN 'training' THEN '培训规模'
         WHEN 'examination' THEN '考证规模' WHEN 'scale' THEN '试点规模' WHEN 'level' THEN '证书等级' ELSE f.factor END),
       coalesce(k.unit, ''), coalesce(k.words, '算法见 transform/measures/' || f.factor || '.sql')
FROM (SELECT factor, min(position) AS position FROM scenario_factor GROUP BY factor) f
LEFT JOIN known k ON k.factor = f.factor
LEFT JOIN title t ON t.factor = f.factor
ORDER BY f.position, f.factor;

-- block: 二、依据
-- column: 事项 | text | 24
-- column: 算法 | text | 14 | center
-- column: 内容 | code | 90
WITH basis(position, item, method, words) AS (VALUES
  (1, '批次', '', :batch), (2, '判定日', '', :as_of), (3, '通知', '', :document || '《' || :notice_title || '》'),
  (4, '通知文件摘要', 'SHA-256', :notice_sha256), (5, '全部输入的摘要', 'SHA-256', :inputs_sha256),
  (6, '全部规则的摘要', 'SHA-256', :rules_sha256), (7, '规则与报表定义的摘要', 'SHA-256', :definitions_sha256),
  (8, '程序', '', :program))
SELECT item, method, words FROM basis ORDER BY position;
