"""The words of dates in many languages, folded: lower case, without accents.

Languages: en de fr es pt it nl ru pl el hu tr sv da nb cs uk ro ar he fi ca. Korean, Japanese and
Chinese number their months. A language's twelve months stand on one line and its indented
continuations, forms divided by blanks; ``_`` joins the parts of a name of two words.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_MONTHS = """
january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|
  september sep sept|october oct|november nov|december dec
januar jänner jan|februar feber feb|märz mär mrz|april apr|mai|juni jun|juli jul|august aug|
  september sep sept|oktober okt|november nov|dezember dez
janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre sept|
  octobre oct|novembre nov|décembre déc
enero ene|febrero feb|marzo mar|abril abr|mayo may|junio jun|julio jul|agosto ago|
  septiembre setiembre sept sep|octubre oct|noviembre nov|diciembre dic
janeiro jan|fevereiro fev|março mar|abril abr|maio mai|junho jun|julho jul|agosto ago|
  setembro set|outubro out|novembro nov|dezembro dez
gennaio gen|febbraio feb|marzo mar|aprile apr|maggio mag|giugno giu|luglio lug|agosto ago|
  settembre set sett|ottobre ott|novembre nov|dicembre dic
januari jan|februari feb|maart mrt|april apr|mei|juni jun|juli jul|augustus aug|
  september sep|oktober okt|november nov|december dec
января янв январь|февраля февр фев февраль|марта мар март|апреля апр апрель|мая май|
  июня июн июнь|июля июл июль|августа авг август|сентября сент сен сентябрь|
  октября окт октябрь|ноября нояб ноя ноябрь|декабря дек декабрь
stycznia sty styczeń|lutego lut luty|marca mar marzec|kwietnia kwi kwiecień|maja maj|
  czerwca cze czerwiec|lipca lip lipiec|sierpnia sie sierpień|września wrz wrzesień|
  października paź październik|listopada lis listopad|grudnia gru grudzień
ιανουαρίου ιαν ιανουάριος|φεβρουαρίου φεβ φεβρουάριος|μαρτίου μαρ μάρτιος|
  απριλίου απρ απρίλιος|μαΐου μαΐ μάιος|ιουνίου ιουν ιούνιος|ιουλίου ιουλ ιούλιος|
  αυγούστου αυγ αύγουστος|σεπτεμβρίου σεπ σεπτέμβριος|οκτωβρίου οκτ οκτώβριος|
  νοεμβρίου νοε νοέμβριος|δεκεμβρίου δεκ δεκέμβριος
január jan|február febr|március márc|április ápr|május máj|június jún|július júl|
  augusztus aug|szeptember szept|október okt|november nov|december dec
ocak oca|şubat şub|mart mar|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu|
  eylül eyl|ekim eki|kasım kas|aralık ara
januari jan|februari feb|mars|april apr|maj|juni|juli|augusti aug|september sep|oktober okt|
  november nov|december dec
januar jan|februar feb|marts mars mar|april apr|maj mai|juni jun|juli jul|august aug|
  september sep|oktober okt|november nov|december desember dec des
ledna led leden|února úno únor|března bře březen|dubna dub duben|května kvě květen|
  června čvn červen|července čvc červenec|srpna srp srpen|září zář|října říj říjen|
  listopadu lis listopad|prosince pro prosinec
січня січ січень|лютого лют лютий|березня бер березень|квітня квіт квітень|
  травня трав травень|червня черв червень|липня лип липень|серпня серп серпень|
  вересня вер вересень|жовтня жовт жовтень|листопада лист листопад|грудня груд грудень
ianuarie ian|februarie feb|martie mar|aprilie apr|mai|iunie iun|iulie iul|august aug|
  septembrie sept|octombrie oct|noiembrie nov|decembrie dec
يناير كانون_الثاني|فبراير شباط|مارس آذار|أبريل إبريل نيسان|مايو أيار|يونيو يونيه حزيران|
  يوليو يوليه تموز|أغسطس آب|سبتمبر أيلول|أكتوبر تشرين_الأول|نوفمبر تشرين_الثاني|
  ديسمبر كانون_الأول
ינואר בינואר|פברואר בפברואר|מרץ במרץ מרס במרס|אפריל באפריל|מאי במאי|יוני ביוני|יולי ביולי|
  אוגוסט באוגוסט|ספטמבר בספטמבר|אוקטובר באוקטובר|נובמבר בנובמבר|דצמבר בדצמבר
tammikuuta|helmikuuta|maaliskuuta|huhtikuuta|toukokuuta|kesäkuuta|heinäkuuta|elokuuta|
  syyskuuta|lokakuuta|marraskuuta|joulukuuta
gener|febrer|març|abril|maig|juny|juliol|agost|setembre|octubre|novembre|desembre
"""

_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs
fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom
segunda feira terça quarta quinta sexta seg ter qua qui sex
lunedì martedì mercoledì giovedì venerdì sabato domenica gio sab
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс
poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw pt sob niedz
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρι τετ πεμ παρ σαβ κυρ
hétfő kedd szerda csütörtök péntek szombat vasárnap
pazartesi salı çarşamba perşembe cuma cumartesi pazar
måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tors tor fre lör sön
mandag tirsdag lørdag søndag man tir lør søn
pondělí úterý středa čtvrtek pátek neděle po út st čt pá ne
понеділок вівторок середа п’ятниця субота неділя нд
luni marți miercuri joi vineri sâmbătă duminică
월요일 화요일 수요일 목요일 금요일 토요일 일요일 월 화 수 목 금 토 일
月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 月曜 火曜 水曜 木曜 金曜 土曜 日曜
月 火 水 木 金 土 日
星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日
週一 週二 週三 週四 週五 週六 週日
الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
יום שני שלישי רביעי חמישי שישי שבת ראשון
"""

# Words that may stand in a date without saying anything: articles, prepositions, "o'clock".
_GLUE = """
on at of the dated date in st nd rd th and um am den der dem vom uhr le la à a du er d de
del el las los
as às em il alle ore l om op uur te i kl kl. klo o no dnia godz godzina dne v в во г года
году год от р
στις την του uhr h hs hrs hours ο η ε στε ste في عام سنة الساعة م يوم ה ב של ora orele horas heures
saat ч час го й
"""

# Words that make a date depend on today.
_RELATIVE = """
today yesterday tomorrow tonight ago now noon heute gestern morgen vor hier aujourd demain
hoy ayer mañana hace hoje ontem amanhã oggi ieri domani vandaag gisteren geleden сегодня
вчера завтра
назад 오늘 어제 내일 전 今日 昨日 明日 前 昨天
今天 明天 刚刚 اليوم أمس غدا منذ just last next this hours
minutes minute hour days day week weeks
"""

ERAS = {
    "令和": 2018,
    "平成": 1988,
    "昭和": 1925,
    "民國": 1911,
    "民国": 1911,
}


def fold(word: str) -> str:
    """A word for comparison: lower case, accents and vowel points removed."""
    return word.lower() if word.isascii() else _folded(word)


# Texts of one language say the same words again; each file has some of its own, too.
@lru_cache(maxsize=1024)
def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.replace("ı", "i")


def _months() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _MONTHS.strip().replace("\n  ", "").splitlines():
        for number, forms in enumerate(line.split("|"), start=1):
            for form in forms.split():
                table[fold(form.replace("_", " "))] = number
    return table


MONTHS = _months()
WEEKDAYS = frozenset(fold(word) for word in _WEEKDAYS.split())
GLUE = frozenset(fold(word) for word in _GLUE.split())
RELATIVE = frozenset(fold(word) for word in _RELATIVE.split())


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or abbreviation in any of our languages, else None."""
    return MONTHS.get(fold(word))
