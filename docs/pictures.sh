#!/bin/sh
# The manuals' pictures: pages of the sample's workbooks as LibreOffice prints them, and the
# page for the screen as chromium shows it (left out, with a message, where it is not there).
# Called by `make pictures`.
set -eu
B=$(realpath "${B:-build}")
to=$PWD/docs/pictures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$to" "$work/2021-1"
cp -R samples/2021-1/notice.xml samples/2021-1/inbox "$work/2021-1"
"$B/onex" run --quiet "$work/2021-1"
out=$work/2021-1/out
soffice -env:UserInstallation="file://$work/profile" --headless --convert-to pdf --outdir "$work" \
	"$out/reports/review.xlsx" "$out/reports/allocation.xlsx" "$out/returns/province.xlsx" >/dev/null 2>&1

# picture NAME PDF TITLE DPI: the upper part of the first page that has the title, in grey.
picture() {
	pdftotext -layout "$work/$2.pdf" "$work/text"
	page=$(awk -v title="$3" 'BEGIN { RS = "\f" } index($0, title) { print NR; exit }' "$work/text")
	[ -n "$page" ] || { echo "docs/pictures.sh: no page of $2.pdf has $3" >&2; exit 4; }
	pdftoppm -gray -png -r "$4" -f "$page" -l "$page" -singlefile -y $(($4 / 3)) \
		-H $(($4 * 9 / 2)) "$work/$2.pdf" "$to/$1"
	echo "docs/pictures/$1.png: page $page of $2"
}
picture findings review 2021-1批次问题清单 90
picture decision review 试点审核决定表 100
picture returned province 请学校 90
picture allocation allocation 奖补资金分配表 85
picture parameters allocation 参数与假设 85
picture derivation allocation 逐校测算过程 85

if browser=$(command -v chromium || command -v chromium-browser); then
	"$browser" --headless --no-sandbox --hide-scrollbars --window-size=1100,800 \
		--screenshot="$to/page.png" "file://$out/reports/review.html" >/dev/null 2>&1
	echo "docs/pictures/page.png"
else
	echo "chromium is not installed: docs/pictures/page.png left as it is" >&2
fi
