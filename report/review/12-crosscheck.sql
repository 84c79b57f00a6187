-- sheet: 对账
-- title: {batch}批次对账表
-- intro: 左右两数由不同的表各自算出，必须相等。有一项不一致，就不能使用本工作簿，并请联系程序维护人员。
-- column: 序号 | count | 6 | center
-- column: 核对事项 | text | 40
-- column: 左边 | text | 30
-- column: 左数 | count | 14
-- column: 右边 | text | 30
-- column: 右数 | count | 14
-- column: 差额 | count | 10 | = [左数]-[右数]
-- column: 结果 | state | 10 | = IF([差额]=0,"一致","不一致")
-- empty: 没有对账项目
SELECT row_number() OVER (ORDER BY position), title, left_name, left_value, right_name, right_value,
       left_value - right_value, iif(left_value = right_value, '一致', '不一致')
FROM crosscheck
ORDER BY position;
