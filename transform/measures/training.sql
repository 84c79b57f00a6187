-- measure: training
-- title: 培训规模
-- unit: 人
-- basis: 本年度以前各年培训人数之和（学校填报的执行情况）
-- needs: performance
-- reads: history
SELECT school_code, trained AS x FROM history
