-- sheet: 反馈概况
-- title: {batch}批次1+X证书制度试点审核意见反馈表
-- intro: {addressee}：
-- intro: 依据{document}，现将你单位（及所属学校）{applications}条试点申报的审核情况反馈如下：{summary}。须修改的事项见“须修改事项”，请逐条修改后在平台重新提交；标明“请说明”的，请准备说明材料；不符合条件的，本批次不再受理。
-- column: 序号 | count | 6 | center
-- column: 学校标识码 | code | 13
-- column: 学校名称 | text | 32
-- column: 申报条数 | count | 9 | sum
-- column: 通过 | count | 9 | sum
-- column: 建议通过 | count | 9 | sum
-- column: 待研判 | count | 9 | sum
-- column: 退回 | count | 9 | sum
-- column: 不符合 | count | 9 | sum
-- column: 申报 | count | 10 | sum
-- column: 初审 | count | 10 | sum
-- column: 核定 | count | 10 | sum
-- empty: 没有申报
-- note: 申报、初审、核定均为人数。
-- note: 反馈单位（盖章）：　　　　　　　　　　　　　经办人：　　　　　　　　　　　　　日期：　　　　年　　月　　日
SELECT row_number() OVER (ORDER BY school_code = '', school_code), nullif(school_code, ''),
       coalesce(nullif(school_name, ''), '（学校标识码无法识别）'), applications, approved_applications, recommended,
       under_review, returned, rejected, declared, first_review, approved
FROM school_count
WHERE iif(reviewing_unit = '', 'province', reviewing_unit) = :unit
ORDER BY school_code = '', school_code;
