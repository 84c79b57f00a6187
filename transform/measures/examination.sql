-- measure: examination
-- title: 考证规模
-- unit: 人
-- basis: 本年度以前各年考核人数之和：有考核记录的按记录（同一学校、证书、等级、年度内同一报名号计一人，
--   缺考不计），没有的按学校填报的执行情况
-- needs: performance|assessment
-- reads: history
SELECT school_code, examined AS x FROM history
