-- sheet: 填写说明
-- title: 审核决定怎样填写
-- intro: 每个决定都要写理由、审核人和审核日期；审核日期应在省厅审核期内。
-- paper: portrait
-- block: 可填的决定
-- column: 决定 | text | 12 | center
-- column: 用在哪里 | text | 26
-- column: 结果 | wrap | 60
WITH word(decision, use, effect) AS (VALUES
  ('通过', '整条申报，或一条人工研判的规则',
   '整条：没有退回、不符合问题的，结论为“通过”，核定人数空着即按申报人数；人工研判的问题随之了结。一条规则：该条研判了结。'),
  ('退回', '整条申报，或一条人工研判的规则', '退回学校修改后重新提交，结论为“退回”。'),
  ('不通过', '整条申报，或一条人工研判的规则', '不再修改，结论为“不符合”。'),
  ('豁免', '一条退回或研判的规则', '该条问题不再影响结论；“不符合条件”的问题不能豁免，整条申报不能豁免。'))
SELECT decision, use, effect FROM word;

-- block: 人工核查结果可填
-- column: 核查结果 | text | 12 | center
-- column: 说明 | text | 26
WITH word(result, meaning) AS (VALUES ('符合', '材料齐全，内容到位'), ('不符合', '请在说明中写明缺什么'), ('不适用', '本校没有此项'))
SELECT result, meaning FROM word;
