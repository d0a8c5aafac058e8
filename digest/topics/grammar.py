"""Words of four letters and more that say nothing of what happened, in the languages of the mail.

What is shorter is left out anyway. Common words are rare in a small batch, and two headlines that
have "with" and "from" in common would seem to share much. Languages are not told apart: titles
name things of other languages, and often nobody says which one it is.
"""

from __future__ import annotations

_WORDS = """
about above across after again against almost alone along already also although always among
another anyone anything around aren't away back because become been before begin behind being
below best better between beyond both bring came can't come comes coming could didn't does doesn't
doing don't done down during each either else enough ever every everyone everything from full
gets getting give gives given goes going gone good great have having here hers herself himself
into isn't it's itself just keep keeps knew know known last later least less like little long
look looks made make makes making many maybe might more most much must myself need needs neither
never next none nothing often once only onto other others ours over part perhaps quite rather
really same says second seem seems several shall should shouldn't show shows since some someone
something soon still such take takes taking than that that's their them themselves then there
there's these they they're thing things think third this those though three through thus time
times today together told took toward towards turn turns under until upon used using very want
wants wasn't ways well went were what what's when where whether which while whom whose will with
within without won't would wouldn't year years yesterday you're your yours yourself

aber alle allem allen aller alles auch beim bereits bevor beide beiden dabei damit dann daran
darauf darum dass davon dazu dein deine denen denn deren derer dessen diese diesem diesen dieser
dieses doch dort durch eben eine einem einen einer eines einige erst erste ersten etwas euch euer
ganz gegen gibt haben hatte hatten hier hinter ihnen ihre ihrem ihren ihrer immer jede jedem jeden
jeder jedes jetzt kann kein keine keinem keinen keiner können könnte machen mehr mein meine mich
muss müssen nach nachdem neue neuem neuen neuer neues nicht nichts noch oder ohne sagt schon sehr
sein seine seinem seinen seiner seit selbst sich sind soll sollen sollte sondern statt über unser
unsere unter viel viele vielen vom vom wann warum weil weiter welche welcher wenig wenn werde
werden wegen weitere wieder will wird wollen worden wurde wurden während zwischen zwei drei jahr
jahre jahren

afin ainsi alors après assez aucun aucune aussi autre autres avant avec avoir beaucoup bien cela
celle celles celui cent ceux chaque chez comme comment contre dans déjà depuis derrière deux
devant donc dont elle elles encore enfin entre était étaient être eux fait faire fois font
hors ici jusque leur leurs lors lorsque mais même mêmes mieux moins nous nouveau nouvelle nouvelles
notre nôtre parce parmi pendant peut peuvent plus plusieurs pour pourquoi près puis quand quel
quelle quelles quels quelque quelques quoi sans selon sera seront sinon soit sont sous suis sur
tandis tant tous tout toute toutes très trois vers veut voici voilà vont votre vous année années

ahora algo algún alguna algunos además allí ambos ante antes aquel aquella aquí años como
contra cual cuales cualquier cuando cuanto cuya cuyo debe deben desde después dice dicen donde
durante ella ellas ellos entonces entre eran eres esas esos esta está están estar estas este
esto estos estoy fueron había hace hacer hacia haber hasta luego más menos mientras mismo mucha
muchas mucho muchos nada nadie nosotros nuestra nuestro nueva nuevas nuevo nuevos nunca otra otras
otro otros para pero poco porque primer primera primero puede pueden pues quien quién según
será serán siempre sido sino sobre solo sólo suya suyo también tampoco tanto tendrá tener tiene
tienen toda todas todavía todo todos tras tres tuvo unas unos usted vosotros

agora ainda alguém algum alguma alguns ambos antes aquela aquele aqui assim até cada com como
depois desde dela dele deles dessa desse desta deste dois duas durante elas eles então entre essa
essas esse esses estão estava este estes está fazer foram havia isso isto mais mas meia mesma mesmo
minha muita muito nada nessa nesse nesta neste nossa nosso nova novas novo novos nunca onde outra
outras outro outros para pela pelas pelo pelos pode podem porque primeira primeiro qual quando
quem será seus suas também tanto toda todas todo todos três umas

abbiamo agli alla alle allo anche ancora anni anno avere avanti bene ciascuno cioè come contro cosa
così cui dagli dalla dalle dallo degli della delle dello dentro dopo dove durante ecco ella entro
essere fare fino fosse forse fuori hanno infatti invece loro mentre molta molti molto meno negli
nella nelle nello nessun nessuno nostra nostro nuova nuove nuovi nuovo ogni oltre oppure perché
però poco poiché presso prima primo proprio quale quali qualche quando quanto quasi quella quelle
quelli quello questa queste questi questo quindi sarà sempre senza sono sopra sotto stata stati
stato sulla sulle suoi tanto tutta tutte tutti tutto verso

aan achter allemaal alles altijd andere anders beter bijna boven daar daarom deze dezelfde door
echter eens eerst eerste elke geen geeft gaan gaat haar hadden hebben heeft helemaal hier hoeveel
hoewel iedere iemand iets jaar jaren jouw jullie komt kunnen maar maken meer meest mensen mijn
moeten moet naar nadat nieuw nieuwe niet niets nooit nog omdat onder onze ooit over sinds steeds
tegen terwijl toch toen tussen twee uit veel voor vooral waar waarom waren wanneer want weer welke
werd worden wordt zal zeer zegt zelf zich zijn zonder zoals zouden

allt alla andra bara blev blir dagen denna deras dessa detta efter eller före från genom hade hans
hela hennes inte jag kommer kunde många mellan mera mest mycket måste något några också redan
sedan sina skall skulle till under utan vara varit vilka vilken

alleen andet andre blevet blive bliver denne dette eller efter ehkä ennen etter flere fordi fra
gennem gjennom gør havde hendes hvad hva hvem hver hvis hvor hvordan hvorfor ikke ikkje ingen
jeres kommer kunne mange mellem mellom mere meget måtte noen noget nogle også være været skal ville
vil vores

albo ależ bardzo będą będzie było były bez być chce ciąg czego czemu czyli dlaczego dlatego dobrze
dwa dwie gdyby gdzie innych inne jaki jakie jako jednak jego jest jestem jeszcze jeśli każdy
kiedy która które którego którym którzy który lata lecz mają może można nawet nich niego niej nigdy
nowa nowe nowy oraz pierwszy podczas ponieważ poza przed przez przy roku również sobie swoje
także tego tej temu teraz tylko wiele więcej więc wszystko został została żeby

bardzo более больше будет будут были было быть ведь вместе вместо вновь всего всех вообще впервые
года году годы даже дает для должен другие другой если есть еще ещё заявил зачем здесь из-за именно
иногда итак каждый какая какие какой когда кого которая которого которые который кроме кто куда либо
лишь между меня много может можно надо начал него нельзя несколько нет нибудь никогда ничего новая
новое новые новый один одна однако около опять очень перед после потом потому почему почти при
против самый своей своего свои свой себя сейчас сказал снова стал стала стали так также такой
тебя теперь того тоже только тому тот три туда хотя чего чтобы эта эти этих это этого этой этом этот
"""

GRAMMAR = frozenset(word[:5] for word in _WORDS.split() if len(word) <= 5 or word.isascii())
