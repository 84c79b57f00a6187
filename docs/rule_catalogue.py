#!/usr/bin/python3
"""Writes docs/rule-catalogue.md to stdout from `onex-validate --list`. Called by `make docs`."""
import subprocess
import sys

SEVERITIES = {"reject": "不符合条件", "return": "退回修改", "review": "人工研判", "note": "提示"}
FIELDS = [
    ("F01", "必填项为空"), ("F02", "类型不符"), ("F03", "不在允许的取值之内"), ("F04", "格式不符"),
    ("F05", "超出范围"), ("F06", "文字过长"), ("F07", "电子表格错误值"), ("F08", "代码被电子表格改坏"),
    ("F09", "数字前后带有文字"), ("F10", "校验码不符")]
SOURCES = [
    ("S01", "文件不可读或不完整", "review"), ("S02", "未识别出数据集", "note"), ("S03", "可能是几种数据集", "note"),
    ("S04", "内容与另一文件相同", "note"), ("S05", "编码无法识别", "review"), ("S06", "文件已加密", "review"),
    ("S07", "合计行与各行之和不符", "review"), ("S08", "有不认识的列", "note"),
    ("S09", "超过安全上限", "review"), ("S10", "XML 结构与定义不符", "review")]


def rules(program):
    """{id: (clause, title, [sentence], [(case, severity)])} in the order of the list."""
    text = subprocess.run([program, "--list"], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        rule, case, severity, clause, _, title, sentence = (line.split("\t") + [""])[:7]
        found.setdefault(rule, (clause, title, sentence, []))[3].append((case, severity))
    return found


def cell(text):
    return text.replace("|", "\\|") or " "


def main():
    print("# 规则目录\n")
    print("本文件由 `validate/rules/` 中的规则文件生成（`make docs`），请勿手工修改。级别可以在批次的 notice.xml")
    print("中调整，以审核工作簿的“规则目录”为准；情形 x 是“无法判定”（缺少数据，不等于合格）。一条规则的全文：")
    print("`onex-validate --explain R33`。\n")
    print("## 通知规则\n")
    print("| 规则 | 名称 | 条款 | 级别 | 通知原文 |\n|---|---|---|---|---|")
    for rule, (clause, title, sentence, cases) in rules(sys.argv[1]).items():
        levels = "；".join((case + " " if case else "") + SEVERITIES[severity] for case, severity in cases if case != "x")
        if any(case == "x" for case, _ in cases):
            levels += "；x 提示"
        where = "通用" if clause == "general" else clause
        print(f"| {rule} | {cell(title)} | {where} | {levels} | {cell(sentence)} |")
    print("\n## 填写问题\n\n试点申报中的填写问题为退回修改，其他数据集中的为人工研判。\n")
    print("| 编号 | 名称 |\n|---|---|")
    for code, title in FIELDS:
        print(f"| {code} | {title} |")
    print("\n## 来源问题\n\n| 编号 | 名称 | 级别 |\n|---|---|---|")
    for code, title, severity in SOURCES:
        print(f"| {code} | {title} | {SEVERITIES[severity]} |")


main()
