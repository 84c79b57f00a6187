-- sheet: 人工核查单
-- title: {batch}批次人工核查单
-- intro: 通知要求而数据无法证明的事项，由审核人员对照《试点工作方案》和合作协议逐校核查；浅黄色格子填写。
-- protect: yes
-- freeze: 3
-- column: 学校标识码 | code | 12
-- column: 学校名称 | text | 24
-- column: 条款 | text | 7 | center
-- column: 核查事项 | text | 22
-- column: 通知原文 | wrap | 60
-- column: 核查结果 | text | 10 | open | center | list 填写说明!核查结果
-- column: 说明 | wrap | 30 | open
-- empty: 本批次没有申报
-- note: 核查人：　　　　　　　　　　　　　复核人：　　　　　　　　　　　　　日期：　　　　年　　月　　日
WITH item(clause, matter, sentence) AS (VALUES
  ('三.1', '工作推进机构和管理制度',
   '建立由主要负责人牵头的工作推进机构，明确试点工作统筹管理责任部门和负责人，制定试点工作有关事项的管理制度和流程，统筹推进校级试点工作。'),
  ('三.2', '证书遴选论证',
   '结合本校师资配置、实训条件、资金投入等现有建设基础，逐一严格论证试点证书，科学确定拟参与试点的专业和证书，合理确定试点规模，严把证书入校关。'),
  ('三.3', '课证融通', '将证书标准有机融入专业人才培养方案，不断优化课程体系。'),
  ('三.4', '师资培训及其费用', '鼓励试点院校参与培训评价组织按照规定开展的师资培训，但不提倡参加明显超过国家培训费标准的师资培训。'),
  ('三.5', '列入学校预算', '各试点院校应将组织开展职业技能等级证书培训、考核组织、实训设备购置的相关费用列为学校正常教育教学预算。'),
  ('三.6', '合作协议内容', '试点合作协议的内容须遵循国家和我省关于试点工作的相关规定。'))
SELECT c.school_code, c.school_name, i.clause, i.matter, i.sentence, NULL, NULL
FROM school_count c CROSS JOIN item i
WHERE c.school_code <> ''
ORDER BY c.school_code, i.clause;
