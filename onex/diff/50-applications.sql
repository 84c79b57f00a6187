-- title: 申报
-- column: 变化 | text | 8
-- column: 申报编号 | text | 20
-- column: 学校标识码 | text | 13
-- column: 学校名称 | text | 28
-- column: 字段 | text | 18
-- column: 原值 | text | 28
-- column: 现值 | text | 28
SELECT change, application_no, school_code, school_name, field, before, after
FROM temp.changed_field ORDER BY application_no, n, position;
