"""Bytes of article files to text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.articles.decode import decode_text
from digest.errors import ArticleError

TEXTS = [
    ("cp932", "日本の首相は24日、東京で会見を開いた。新しい条約について説明した。"),
    ("cp932", "東京の港"),
    ("euc_jp", "日本の首相は24日、東京で会見を開いた。新しい条約について説明した。"),
    ("cp949", "북한, 러시아 조약 평화와 안전의 새로운 시대. 4월 24일 발표했다."),
    ("cp949", "해안시 학교"),
    ("gb18030", "中国外交部发言人在例行记者会上回答记者提问。"),
    ("gb18030", "新华社北京电 记者从会议上了解到，国家将会继续发展"),
    ("big5", "中國外交部發言人在例行記者會上回答記者提問。"),
    ("big5", "台灣的總統今天在台北發表談話"),
    ("cp1251", "Министр иностранных дел заявил в Москве, что договор подписан."),
    ("cp1251", "Мир и безопасность"),
    ("koi8_r", "Министр иностранных дел заявил в Москве, что договор подписан."),
    ("cp1252", "Der Hafenröte wird größer für die Straße."),
    ("cp1252", "Le château de l’été à Paris, déjà fermé."),
    ("cp1252", "São Paulo não é a única opção"),
    ("cp1252", "Hafenröte"),
    ("cp1252", "Þetta er íslenska með ð og þ"),
    ("cp1254", "İstanbul'da yağmur bekleniyor, çocuklar şemsiye aldı."),
    ("cp1254", "Türkiye'nin başkenti Ankara'da görüşme yapıldı"),
    ("cp1250", "Zażółć gęślą jaźń w Łodzi, źródło świeże."),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("cp1250", "Magyarország őszintén tűri"),
    ("cp1253", "Ο πρωθυπουργός μίλησε στην Αθήνα για τη συνθήκη."),
    ("cp1255", "ראש הממשלה נאם בירושלים על ההסכם"),
    ("cp1256", "قال الرئيس في القاهرة إن المعاهدة وقعت"),
    ("iso8859_6", "قال الرئيس في القاهرة إن المعاهدة وقعت"),
    ("iso8859_5", "Министр заявил в Москве, что договор подписан."),
    ("mac_cyrillic", "Министр заявил в Москве, что договор подписан. Тюлени вернулись."),
    ("koi8_u", "Міністр заявив у Києві, що договір підписано. Її діти їдуть."),
    ("iso8859_2", "Zażółć gęślą jaźń w Łodzi, źródło świeże."),
    ("iso8859_2", "Příliš žluťoučký kůň úpěl ďábelské ódy v Brně."),
    ("cp1257", "Šiandien Vilniuje įvyko susitikimas, sakė ministrė."),
    ("cp850", "Der Hafen wird größer. Die Straße ist gesperrt, sagt Jürgen Möller aus Köln."),
    ("cp850", "Sælerne er tilbage i sundet efter fyrre år, siger Bjørn på Ærø."),
    ("mac_roman", "El niño comió piñas en España; ¿cuándo volverán? Mañana será otro día."),
    ("cp1257", "Roņi pēc četrdesmit gadiem atgriezušies līcī."),
    ("cp1257", "Ūdens līmenis Daugavā krītas, ziņo ģeologi, un kuģi stāv ostā."),
    ("cp1257", "Hülged tulid pärast nelikümmend aastat lahte tagasi."),
    ("cp1257", "Ruoniai grįžo į įlanką po keturiasdešimties metų."),
    ("cp1257", "Šiaulių ąžuolai žydi anksčiau"),
    ("mac_roman", "Die Robben kehren nach vierzig Jahren in die Förde zurück."),
    ("mac_roman", "Les phoques sont revenus après quarante ans d’absence."),
    ("mac_latin2", "Foki wróciły do zatoki po czterdziestu latach."),
    ("mac_latin2", "Tuleni se po čtyřiceti letech vrátili do zálivu."),
    ("mac_latin2", "A fókák negyven év után visszatértek az öbölbe."),
    ("mac_latin2", "Nitko ne zna gdje su bili. Gradonačelnik je rekao da je izbrojeno još više."),
    ("mac_greek", "Οι φώκιες επέστρεψαν στον κόλπο ύστερα από σαράντα χρόνια."),
    ("cp852", "Foki wróciły po latach. Nikt nie wie, gdzie były, ale ludzie się cieszą."),
    ("cp852", "A fókák negyven év után visszatértek az öbölbe."),
    ("cp1252", "Sälarna är tillbaka i sundet efter fyrtio år, säger Åsa."),
    ("johab", "북한, 러시아 조약 평화와 안전의 새로운 시대. 4월 24일 발표했다."),
]


@pytest.mark.parametrize(("page", "text"), TEXTS)
def test_short_text_in_an_unnamed_code_page_is_read_and_said(page: str, text: str) -> None:
    found, problems = decode_text(text.encode(page))
    assert found == text
    assert len(problems) == 1
    assert "does not say its encoding" in problems[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_settles_it(encoding: str) -> None:
    assert decode_text("Grüße über den Sund".encode(encoding)) == ("Grüße über den Sund", ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_text_without_a_mark_is_told_by_its_zero_bytes(encoding: str) -> None:
    text, problems = decode_text("Greetings über the sound".encode(encoding))
    assert text == "Greetings über the sound"
    assert problems == (f"read as {encoding} without a byte order mark",)


@given(st.text(max_size=200))
def test_sound_utf_8_is_never_guessed_at(text: str) -> None:
    try:
        found, problems = decode_text(text.encode("utf-8", "ignore"))
    except ArticleError:
        return  # control characters and signatures of binary files
    if "read as" not in " ".join(problems):
        kept = text.encode("utf-8", "ignore").decode().replace("\ufeff", "").replace("\0", "")
        assert found.split() == kept.replace("\x85", "\n").split()


@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf\x00")
@example(b"\xff\xfea\x00\x00\x00")
def test_any_bytes_are_a_text_or_an_article_error(data: bytes) -> None:
    try:
        text, _ = decode_text(data)
    except ArticleError as error:
        assert "not a text" in str(error)
    else:
        assert "\r" not in text
        assert "\0" not in text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text",
    [
        "북한, 러시아 조약 평화와 안전의 새로운 시대.\n4월 24일 발표했다.\n",
        "日本の首相は24日、東京で会見を開いた。\n新しい条約について説明した。\n",
        "Министр заявил в Москве.\nДоговор подписан.\n",
        "قال الرئيس في القاهرة\nإن المعاهدة وقعت\n",
    ],
)
def test_wide_text_of_any_script_is_told_without_a_mark(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("iso2022_jp", "日本の首相は24日、会見を開いた。"),
        ("iso2022_kr", "해안시 학교가 문을 열었다."),
        ("hz", "中国外交部发言人回答记者提问。"),
    ],
)
def test_seven_bit_codes_of_mail_are_read(encoding: str, text: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, ())


def test_lines_of_a_korean_page_within_utf_8_are_read_as_that() -> None:
    sound = "북한, 러시아 조약 평화와 안전의 새로운 시대.\n4월 24일 발표했다.\n"
    foreign = "해안시 학교가 문을 열었다\n"
    text, problems = decode_text(sound.encode() + foreign.encode("cp949") + sound.encode())
    assert text == sound + foreign + sound
    assert problems == ("mixes UTF-8 with another encoding, which was read as EUC-KR",)


def test_lines_of_another_encoding_within_utf_8_are_read_as_windows_1252() -> None:
    data = "Grüße aus Lesk\n".encode() + "für “alle”\n".encode("cp1252") + "und Köln\n".encode()
    text, problems = decode_text(data)
    assert text == "Grüße aus Lesk\nfür “alle”\nund Köln\n"
    assert "mixes UTF-8" in problems[0]


def test_stated_language_is_tried_first() -> None:
    data = "Мир".encode("koi8_r")
    assert decode_text("ФШ".encode("cp1251"), language="ru")[0] == "ФШ"
    assert decode_text(data, language="el")[0] is not None


@pytest.mark.parametrize("page", ["cp1251", "koi8_r", "iso8859_5", "mac_cyrillic"])
def test_stated_language_does_not_hide_which_of_its_pages_it_is(page: str) -> None:
    """It did: all Russian was read as windows-1251 where the source said that it is Russian."""
    text = "Тюлени вернулись в залив спустя сорок лет. Никто не знает, где они были."
    assert decode_text(text.encode(page), language="ru")[0] == text


def test_line_ends_of_all_systems_become_one() -> None:
    assert decode_text(b"a\r\nb\rc\nd")[0] == "a\nb\nc\nd"


def test_nul_bytes_are_left_out_and_said() -> None:
    text, problems = decode_text(b"A headline\0 with a hole\n" + b"and a long text. " * 20)
    assert text.startswith("A headline with a hole\n")
    assert problems == ("holds NUL bytes, which are left out",)


def test_nul_bytes_behind_a_byte_order_mark_are_left_out_and_said() -> None:
    text, problems = decode_text(b"\xef\xbb\xbfA headline\0 with a hole")
    assert text == "A headline with a hole"
    assert problems == ("holds NUL bytes, which are left out",)


def test_text_that_ends_within_a_character_keeps_the_rest() -> None:
    text, problems = decode_text("Über Köln nach Fü".encode()[:-1])
    assert text == "Über Köln nach F"
    assert problems == ("ends within a character",)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "a PDF"),
        (b"PK\x03\x04....", "office document"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"{\\rtf1 hello}", "an RTF document"),
        (bytes(range(32)) * 20, "a binary file"),
    ],
)
def test_binary_file_is_refused_with_its_kind_and_name(data: bytes, kind: str) -> None:
    with pytest.raises(ArticleError) as caught:
        decode_text(data, name="article.txt")
    assert str(caught.value).startswith("article.txt: is ")
    assert kind in str(caught.value)
    assert "not a text; save the article as" in str(caught.value)
