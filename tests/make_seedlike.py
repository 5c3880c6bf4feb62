"""Write a raw file like those that scrapers leave, of any size, to measure speed and memory on.

    python tests/make_seedlike.py 30 raw.txt        30 million bytes of UTF-8

Compilations of essays, converted to Traditional by machine: half-width punctuation, headings at two levels with titles
repeated under them, watermark lines, sentences broken over two lines, gaps inside words. The sentences are put together
at random (with a fixed seed) from the words below; the same size always gives the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path


def words(text: str) -> list[str]:
    return text.split()


WHO = words(
    "我們 大家 老師 同學們 干部 群眾 醫生 農民 工人 學生 記者 司機 護士 會計 鄰居 年輕人 老年人 志愿者 負責人 技術員"
)
DO = words(
    "學習 討論 研究 解決 改進 檢查 了解 關心 支持 組織 準備 完成 發現 總結 整理 推廣 建設 保護 利用 開展 調查 記錄 分析 提高 "
    "加強 堅持 落實 安排 宣傳 推動 觀察 收集 修理 設計 培養 尊重 聯系 幫助 教育 管理"
)
HOW = words("認真 努力 積極 主動 及時 全面 深入 仔細 耐心 逐步 繼續 共同 更好地 不斷 反復 大膽 扎實 熱情 自覺 公開")
WHAT = words(
    "工作 問題 經驗 計劃 制度 環境 生活 文化 歷史 技術 方法 思想 精神 作風 課堂 實驗 圖書館 操場 水庫 河流 道路 橋梁 機器 市場 "
    "價格 質量 安全 衛生 農田 樹林 村莊 學校 醫院 車站 報紙 節目 網絡 資料 關系 困難 任務 目標 責任 成績 缺點 習慣 興趣 能力 "
    "語言 文章 音樂 繪畫 體育 旅行 天氣 季節 雨水 陽光 糧食 蔬菜 水果 衣服 房屋 家具 電話 信件 時間 機會 條件 基礎 范圍 內容"
)
WHERE = words(
    "在學校里 在村子里 在這個過程中 在實際生活中 在很長的時間里 在今年春天 在城市里 在會議上 在圖書館里 在工作中 在山腳下 在路上"
)
WHEN = words("今年 去年 最近 后來 從前 那時候 這幾年 現在 過去 以后 每天早上 第二天 不久之后 到了秋天")
LINK = words("因此 但是 同時 所以 而且 例如 首先 其次 最后 另外 當然 其實 不過 可見 總之")
QUALITY = words("重要 復雜 簡單 美麗 安靜 熱鬧 新鮮 普通 特別 明顯 長期 具體 必要 可靠 豐富 干淨 寬敞 嚴肅 溫暖 遙遠")
TITLES = words(
    "讀書 勞動 環境保護 社會實踐 安全教育 家鄉變化 課外活動 志愿服務 節約用水 春游 科學實驗 校園生活 家庭教育 農村調查"
)
KINDS = words("心得體會 學習總結 調查報告 感想 工作總結 讀后感 發言稿 計劃書")
NUMERALS = words("一 二 三 四 五 六 七 八 九 十 十一 十二")
SITES = words("www.shuwu-abc.test fanwen-ku.test www.moxiang9.test wenzhai365.test")


def sentence(r: random.Random) -> str:
    """One sentence, without the mark at its end."""
    c = r.choice
    n = r.randrange(3, 9000)
    form = r.randrange(8)
    if form == 0:
        return f"{c(WHEN)},{c(WHO)}{c(WHERE)}{c(HOW)}{c(DO)}{c(QUALITY)}的{c(WHAT)}和{c(WHAT)},{c(LINK)}{c(DO)}了{n}次{c(WHAT)}"
    if form == 1:
        return f"{c(WHAT)}是{c(WHAT)}的{c(WHAT)},{c(LINK)}{c(WHO)}要{c(HOW)}{c(DO)}{c(WHAT)},也要{c(DO)}{c(QUALITY)}的{c(WHAT)}"
    if form == 2:
        return f"{c(LINK)},{c(WHO)}說:“{c(WHAT)}很{c(QUALITY)},不能只{c(DO)}{c(WHAT)}、{c(WHAT)}和{c(WHAT)}.”"
    if form == 3:
        return f"通過{c(DO)}{c(WHAT)},{c(WHO)}{c(WHERE)}看到了{c(QUALITY)}而{c(QUALITY)}的{c(WHAT)},心里想著怎么{c(DO)}{c(WHAT)}"
    if form == 4:
        return f"{r.randrange(1980, 2024)}年{r.randrange(1, 13)}月,{c(WHO)}{c(DO)}的{c(WHAT)}有{n}項,比{c(WHEN)}多{n % 97}.{n % 10}%"
    if form == 5:
        return f"一是{c(DO)}{c(WHAT)};二是{c(HOW)}{c(DO)}{c(WHAT)};三是使{c(WHO)}{c(HOW)}{c(DO)}{c(WHAT)}"
    if form == 6:
        return f"{c(WHO)}和{c(WHO)}{c(WHERE)}{c(DO)}過{c(WHAT)}嗎?{c(LINK)}{c(QUALITY)}的{c(WHAT)}------{c(WHAT)}與{c(WHAT)}------更{c(QUALITY)}"
    return (
        f"{c(WHERE)},{c(WHAT)}越來越{c(QUALITY)},{c(WHO)}{c(HOW)}地{c(DO)}著{c(WHAT)},{c(LINK)}沒有忘記{c(DO)}{c(WHAT)}"
    )


def paragraph(r: random.Random) -> str:
    """A paragraph as the scraper left it: now and then broken inside a line, or with a gap inside a word."""
    text = ".".join(sentence(r) for _ in range(r.randrange(2, 7))) + "."
    text = text.replace(".”.", ".”")
    if r.random() < 0.12:
        at = r.randrange(8, len(text) - 8)
        text = f"{text[:at]}\n{text[at:]}"
    if r.random() < 0.2:
        at = r.randrange(8, len(text) - 8)
        text = f"{text[:at]} {text[at:]}"
    return text


def compilation(r: random.Random) -> Iterator[str]:
    """The lines of one compilation."""
    name = f"{r.choice(TITLES)}{r.choice(KINDS)}"
    count = r.randrange(3, len(NUMERALS) + 1)
    yield f"{name}({count}篇)"
    for numeral in NUMERALS[:count]:
        title = f"{r.choice(TITLES)}{r.choice(KINDS)}"
        yield f"篇{numeral}:{title}"
        if r.random() < 0.3:
            yield title
        for _ in range(r.randrange(4, 14)):
            yield paragraph(r)
            if r.random() < 0.03:
                yield f"本文來源于{r.choice(SITES)},更多范文請收藏本站"
        yield ""


def lines(size: int, seed: int = 7) -> Iterator[str]:
    """Lines with their breaks, about `size` bytes of UTF-8 in all."""
    r = random.Random(seed)
    written = 0
    while written < size:
        for line in compilation(r):
            yield line + "\n"
            written += len(line.encode()) + 1


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8", newline="") as out:
        out.writelines(lines(int(float(sys.argv[1]) * 1_000_000)))
