/* SPDX-License-Identifier: MIT */
/* The style of a printed paper. GB/T 9704-2012: text block of 156 x 225 mm, 22 lines of 28
 * characters of 16 points; fonts by the names that Windows, WPS and macOS have them under. */
#include "aggregator/papers/paper_html.h"
#include "base/crypto.h"

#define SONG "\"方正小标宋简体\",\"FZXiaoBiaoSong-B05S\",\"FZXiaoBiaoSong-B05\",SimSun,\"宋体\",serif"
#define FANGSONG "\"仿宋_GB2312\",FangSong_GB2312,FangSong,\"仿宋\",STFangsong,serif"
#define HEI "SimHei,\"黑体\",STHeiti,\"Heiti SC\",sans-serif"
#define KAI "\"楷体_GB2312\",KaiTi_GB2312,KaiTi,\"楷体\",STKaiti,serif"

#define W(n) ".w" #n "{width:" #n "%}"
#define W10(d) W(d##0) W(d##1) W(d##2) W(d##3) W(d##4) W(d##5) W(d##6) W(d##7) W(d##8) W(d##9)

static const char style[] =
	"@page{size:A4;margin:37mm 26mm 35mm 28mm}"
	"@page official{size:A4;margin:37mm 26mm 35mm 28mm}"
	"@page official:right{@bottom-right{content:\"— \" counter(page) " "\" —\";font:14pt SimSun,serif;"
	"vertical-align:top;padding-top:7mm}}"
	"@page official:left{@bottom-left{content:\"— \" counter(page) \" —\";font:14pt SimSun,serif;"
	"vertical-align:top;padding-top:7mm}}"
	"@page letter{size:A4;margin:30mm 26mm 30mm 28mm}"
	"@page across{size:A4 landscape;margin:20mm 18mm 18mm}"
	"*{box-sizing:border-box}"
	"html{background:#e9ebee;color:#000}"
	"body{margin:0;font:16pt/28.95pt " FANGSONG "}"
	"main{background:#fff;margin:8mm auto;box-shadow:0 1px 6px #0003;word-wrap:break-word}"
	".official{page:official;width:210mm;padding:37mm 26mm 35mm 28mm;letter-spacing:-.21pt}"
	".letter{page:letter;width:210mm;padding:30mm 26mm 30mm 28mm;letter-spacing:-.21pt}"
	".across{page:across;width:297mm;padding:20mm 18mm 18mm;font-size:14pt;line-height:24pt}"
	"p,h1,h2,h3,h4,h5{margin:0;font-size:inherit;font-weight:400;text-align:justify}"
	"p,h2,h3,h4,h5{text-indent:2em}"
	".flush,.c,.n,.mark,.number,h1,caption,td p{text-indent:0}"
	".mark{color:#d7000f;font:40pt/56pt " SONG ";text-align:center;letter-spacing:.1em;"
	"padding-top:8mm}"
	".mark:lang(en){font-size:24pt;line-height:34pt;letter-spacing:0}"
	".letter .mark{font-size:28pt;line-height:40pt;border-bottom:1.6mm double #d7000f;"
	"padding:0 0 2mm;margin:0 -7mm 6mm}"
	".blank{height:60mm}"
	".number{text-align:center;margin-top:2em}"
	".letter .number{text-align:right;margin-top:0}"
	"hr.red{border:0;border-top:.4mm solid #d7000f;margin:4mm 0 0}"
	"h1{font:22pt/36pt " SONG ";text-align:center;margin:57.9pt 0 28.95pt}"
	".letter h1,.across h1{margin:12pt 0}"
	"h2{font-family:" HEI "}h3{font-family:" KAI "}"
	"h2,h3,h4,h5{page-break-after:avoid;break-after:avoid}"
	".across section{page-break-before:always;break-before:page}"
	".c{text-align:center;font:22pt/36pt " SONG ";margin:14pt 0}"
	".signed{text-align:right;text-indent:0;padding-right:4em}"
	".n{font-size:10.5pt;line-height:16pt;color:#444;margin:4pt 0}"
	".annex{font-family:" HEI ";text-indent:0;page-break-before:always;break-before:page}"
	".break{page-break-before:always;break-before:page;height:0}"
	".cut{border:0;border-top:1px dashed #000;margin:24pt 0}"
	"b{font-weight:400;font-family:" HEI "}"
	".k{background:#eceef1;border-radius:2px}"
	".i{border-bottom:1px dotted #666}"
	"table{border-collapse:collapse;width:100%;margin:8pt 0;font-size:12pt;line-height:18pt;"
	"table-layout:fixed;letter-spacing:0}"
	"table.small{font-size:9pt;line-height:13pt}"
	"caption{font-family:" HEI ";font-size:14pt;line-height:24pt;text-align:center}"
	"th,td{border:.5pt solid #000;padding:2pt 3pt;text-align:left;vertical-align:middle;"
	"font-weight:400}"
	"th{font-family:" HEI ";text-align:center;background:#f2f2f2}"
	"thead{display:table-header-group}tr{page-break-inside:avoid;break-inside:avoid}"
	"td.tc{text-align:center}td.tr{text-align:right}td.s{background:#f2f2f2}"
	".colophon{border-top:.35mm solid #000;border-bottom:.35mm solid #000;font-size:14pt;"
	"line-height:24pt;margin-top:28pt}"
	".colophon p{text-indent:0;padding:0 1em}.colophon p+p{border-top:.25mm solid #000}"
	".foot{font-size:9pt;line-height:14pt;color:#444;text-indent:0;margin-top:12pt}"
	".draft{position:fixed;top:10mm;right:12mm;color:#9b1c1c;border:1pt solid #9b1c1c;"
	"padding:2pt 8pt;font:14pt/20pt " HEI ";text-indent:0}"
	"@media screen and (max-width:220mm){main{margin:0;width:auto!important;"
	"padding:16px!important;font-size:12pt;line-height:21pt}h1{margin:24pt 0;font-size:18pt;"
	"line-height:27pt}.mark{font-size:24pt;line-height:36pt;padding-top:0}.blank{height:0}"
	"table{display:block;overflow-x:auto;min-width:0}.signed{padding-right:0}"
	".draft{position:static;display:inline-block}}"
	"@media print{.draft{top:-14mm;right:0}html{background:none}main{margin:0;padding:0!important;width:auto!important;"
	"box-shadow:none}.k{background:none}.i{border:0}}"
	W(1) W(2) W(3) W(4) W(5) W(6) W(7) W(8) W(9) W10(1) W10(2) W10(3) W10(4) W10(5) W10(6);

const char *paper_html_style(void)
{
	return style;
}

void paper_html_style_hash(char out[PAPER_HTML_HASH])
{
	static const char prefix[] = "'sha256-";
	uint8_t digest[CRYPTO_HASH_LEN];
	size_t n = sizeof(prefix) - 1;

	crypto_sha256(bytes_of_string(style), digest);
	memcpy(out, prefix, n);
	n += crypto_base64_standard(bytes_of(digest, sizeof(digest)), out + n, PAPER_HTML_HASH - n - 2);
	out[n++] = '\'';
	out[n] = '\0';
}
