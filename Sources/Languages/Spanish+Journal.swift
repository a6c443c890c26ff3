extension Catalogue {
    /// What is said of the data directory, its journal and snapshots, and of reloading.
    static let journal = #"""
        # JD1401
        %1: is not a data directory, but holds other files; name a folder of its own
          %1: no es un directorio de datos, pero guarda otros archivos; nombre una carpeta propia
        %1: is not a folder; name one that is, or a new one
          %1: no es una carpeta; nombre una que lo sea, o una nueva
        %1: cannot be used as data directory: %2
          %1: no se puede usar como directorio de datos: %2
        %1: cannot be made: %2
          %1: no se puede crear: %2
        %1: is not a data directory; name one that journeyd run made
          %1: no es un directorio de datos; nombre uno que haya creado journeyd run
        %1: is of version %2; journeyd run brings it to version %3
          %1: es de la versión %2; journeyd run lo pasa a la versión %3
         (process %1)
           (proceso %1)
        %1: is used by another journeyd%2; end that one, or name another folder
          %1: lo usa otro journeyd%2; termine ese, o nombre otra carpeta
        %1: cannot be locked: %2
          %1: no se puede bloquear: %2
        %1: does not say a version; it should read "%2%3"
          %1: no dice ninguna versión; debería decir "%2%3"
        %1: is of version %2, and this journeyd knows versions up to %3; use a newer journeyd, or another folder
          %1: es de la versión %2, y este journeyd conoce las versiones hasta la %3; use un journeyd más nuevo, u otra carpeta
        %1: is of version %2, which this journeyd does not know any more; use an older one first
          %1: es de la versión %2, que este journeyd ya no conoce; use antes uno más viejo
        making it
          crearlo
        cutting off its end
          cortar su final
        # JD1402
        %1: %2 failed: %3
          %1: falló %2: %3
        %1: its records do not make sense together
          %1: sus registros no tienen sentido juntos
        %1: the journal was durable up to position %2, but cannot be read beyond %3: the disk or something else has changed it; bring the data directory back from a copy, or move it away to begin anew
          %1: el diario era duradero hasta la posición %2, pero no se puede leer más allá de %3: lo ha cambiado el disco u otra cosa; recupere el directorio de datos de una copia, o apártelo para empezar de nuevo
        # JD1403
        erasing lines
          borrar líneas
        the record at place %1 in journal/%2
          el registro en el lugar %1 de journal/%2
        the %1 lines from %2 on (%3)
          las %1 líneas desde %2 (%3)
        %1 (line %2 of %3)
          %1 (línea %2 de %3)
        a step of the clock to %1 (%2)
          un paso del reloj a %1 (%2)
        the end of the input (%1)
          el final de la entrada (%1)
        an unknown input
          una entrada desconocida
        line %1 of %2
          la línea %1 de %2
        1 line of the journal was erased, and is passed over
          1 línea del diario fue borrada, y se pasa por alto
        %1 lines of the journal were erased, and are passed over
          %1 líneas del diario fueron borradas, y se pasan por alto
        %1: line %2 is not the place of a record, as 4096 or 4096:3
          %1: la línea %2 no es el lugar de un registro, como 4096 o 4096:3
        %1: line %2 is not the place of a line and its time, as 4096:3 1767225600000000
          %1: la línea %2 no es el lugar de una línea y su tiempo, como 4096:3 1767225600000000
        show what a data directory's journal holds, pass over a record of it, or erase a person's lines
          muestra qué guarda el diario de un directorio de datos, salta un registro, o borra las líneas de una persona
        journal cat writes the lines of the journal as they came, in the order in which they were taken. It may look on\nwhile a run writes; it ends at the last whole record. Where older records were removed it says so.\njournal skip PLACE passes over a record, or a line of one, that ends the run whenever it is repeated: PLACE is\nwhat the run says at its next start. From then on the line is taken for a blank one. That is final.\njournal erase ID... overwrites all lines of the persons who are known by these ids: in the journal, in spools,\nin dead letters and in rejected lines. The state stays as it is, without them. Their times stay, so that a\nreplay knows what time it was. Copies and backups, files with decisions and other systems keep what they have.
          journal cat escribe las líneas del diario como llegaron, en el orden en que se aceptaron. Puede mirar mientras una\nejecución escribe; termina en el último registro entero. Donde se borraron registros antiguos, lo dice.\njournal skip LUGAR salta un registro, o una línea de uno, que termina la ejecución cada vez que se repite: LUGAR es\nlo que dice la ejecución al arrancar de nuevo. Desde entonces la línea cuenta como en blanco. Es definitivo.\njournal erase ID... sobrescribe todas las líneas de las personas que se conocen por esos identificadores: en el\ndiario, en los spools, en las líneas no entregadas y en las rechazadas. El estado queda como está, sin ellas. Sus\ntiempos quedan, para que una repetición sepa qué hora era. Las copias, los archivos con decisiones y otros sistemas\nconservan lo que tienen.
        the data directory
          el directorio de datos
        erase: the file with rejected lines of the runs, or with dead letters
          erase: el archivo con las líneas rechazadas o no entregadas de las ejecuciones
        erase: the file with lines of the runs, which goes on to be written
          erase: el archivo con las líneas de las ejecuciones, en el que se sigue escribiendo
        journeyd journal: "%1" is not known; write journeyd journal cat, journal skip or journal erase
          journeyd journal: no se conoce "%1"; escriba journeyd journal cat, journal skip o journal erase
        journeyd journal %1: --data-dir is missing; write --data-dir DIR
          journeyd journal %1: falta --data-dir; escriba --data-dir DIR
        journeyd journal cat: "%1" is one too many; write journeyd journal cat
          journeyd journal cat: "%1" sobra; escriba journeyd journal cat
        %1: the journal begins with what arrived at %2; older records were removed
          %1: el diario empieza con lo que llegó a las %2; los registros anteriores se borraron
        journeyd journal erase: whose lines is not said; write journeyd journal erase --data-dir DIR ID...
          journeyd journal erase: no se dice de quién son las líneas; escriba journeyd journal erase --data-dir DIR ID...
        %1: the journal holds nothing; there is nothing to erase
          %1: el diario no guarda nada; no hay nada que borrar
        %1: erased %2 lines of events and %3 that were refused or not wanted in the journal, %4 in other files; copies, backups and files with decisions are not touched
          %1: borradas %2 líneas de eventos y %3 que se rechazaron o no se querían en el diario, %4 en otros archivos; no se tocan copias ni archivos con decisiones
        %1: the run before did not end with all written; start journeyd run on it, end it, and erase then
          %1: la ejecución anterior no terminó con todo escrito; arranque journeyd run sobre él, termínelo, y borre entonces
        the journal's place %1 was not come to
          no se llegó al lugar %1 del diario
        journeyd journal skip: which record is not said; write journeyd journal skip --data-dir DIR PLACE
          journeyd journal skip: no se dice qué registro; escriba journeyd journal skip --data-dir DIR LUGAR
        journeyd journal skip: "%1" is not the place of a record; write it as the run names it, such as 4096, or 4096:3 for its third line
          journeyd journal skip: "%1" no es el lugar de un registro; escríbalo como lo nombra la ejecución, por ejemplo 4096, o 4096:3 para su tercera línea
        %1: there is no %2 at place %3 of the journal, which reaches from %4 to %5; write a place as the run names it
          %1: no hay %2 en el lugar %3 del diario, que va de %4 a %5; escriba un lugar como lo nombra la ejecución
        %1: %2 is needed to make sense of those behind it; only lines, steps of the clock and the end of the input can be passed over
          %1: %2 hace falta para entender los que van detrás; solo se pueden saltar líneas, pasos del reloj y el final de la entrada
        %1: %2 is passed over already
          %1: %2 ya se salta
        %1: what follows from %2 has been written, or is in a snapshot; only a record from place %3 on can be passed over
          %1: lo que sigue de %2 ya está escrito, o en una instantánea; solo se puede saltar un registro desde el lugar %3
        %1: %2 is passed over from now on, by runs and by replay; this is final
          %1: desde ahora las ejecuciones y las repeticiones saltan %2; es definitivo
        # JD1404
        %1: this snapshot cannot be used, and is passed over: %2
          %1: esta instantánea no se puede usar, y se pasa por alto: %2
        giving it its name
          darle su nombre
        removing what is of no use
          borrar lo que no sirve
        removing the older ones
          borrar las anteriores
        its counts of evaluations do not fit each other
          sus cuentas de evaluaciones no encajan entre sí
        a line is rejected for a reason that there is not
          una línea se rechaza por un motivo que no existe
        it has not as many shards as its note says
          no tiene tantos fragmentos como dice su nota
        its shards are not of one engine
          sus fragmentos no son de un mismo motor
        no snapshot could be taken; the run goes on, and a restart takes longer
          no se pudo tomar una instantánea; la ejecución sigue, y un rearranque tarda más
        snapshots, bytes of the last
          instantáneas, bytes de la última
        snapshots, longest pause in microseconds
          instantáneas, pausa más larga en microsegundos
        snapshots failed
          instantáneas fallidas
        what is in it is laid out as version %1 does, and this journeyd knows version %2
          lo que contiene está dispuesto como en la versión %1, y este journeyd conoce la versión %2
        it has the name of another
          tiene el nombre de otra
        its note makes no sense
          su nota no tiene sentido
        the journal cannot be read beyond position %1, before its end
          el diario no se puede leer más allá de la posición %1, antes de su final
        an arena's numbers do not fit each other
          los números de una arena no encajan entre sí
        two arenas have one chunk
          dos arenas tienen el mismo bloque
        there is not enough memory for the state
          no hay memoria suficiente para el estado
        it does not begin as a snapshot does
          no empieza como empieza una instantánea
        it is of version %1, which is newer than this program knows
          es de la versión %1, más nueva de las que conoce este programa
        it is of version %1, which never was
          es de la versión %1, que no existió nunca
        its header is damaged
          su cabecera está dañada
        it has %1 bytes in place of %2
          tiene %1 bytes en lugar de %2
        section %1 is damaged
          la sección %1 está dañada
        it has %1 sections in place of %2
          tiene %1 secciones en lugar de %2
        a section is missing
          falta una sección
        it ends too early
          termina antes de tiempo
        the %1 are not where this version keeps them
          %1 no está donde lo guarda esta versión
        there are %1 numbers in place of %2
          hay %1 números en lugar de %2
        the process for it was ended by signal %1
          su proceso fue terminado por la señal %1
        the process for it ended with status %1
          su proceso terminó con el estado %1
        a process for it cannot be started: %1
          no se puede arrancar un proceso para ella: %1
        journeyd %1: only journeyd run starts this
          journeyd %1: esto solo lo arranca journeyd run
        journeyd %1: the journal's place %2 was not come to
          journeyd %1: no se llegó al lugar %2 del diario
        the journal cannot be read up to position %1
          el diario no se puede leer hasta la posición %1
        it stands elsewhere
          está en otro sitio
        there is nothing to go on from up to position %1
          no hay desde dónde seguir hasta la posición %1
        # JD1405
        it has no configuration
          no tiene configuración
        the configuration that was followed is not one for this journeyd: %1
          la configuración que se seguía no vale para este journeyd: %1
        the configuration that the journal begins with is not one for this journeyd: %1
          la configuración con la que empieza el diario no vale para este journeyd: %1
        %1: the journal is repeated from its beginning
          %1: el diario se repite desde el principio
        %1: the journal's beginning was removed, so %2 gets only what follows from the snapshot on
          %1: se borró el principio del diario, así que %2 recibe solo lo que sigue desde la instantánea
        %1: no snapshot can be used, and the journal's beginning was removed when there were some; bring the data directory and the files it goes with back from a copy, or name another folder to begin anew
          %1: no se puede usar ninguna instantánea, y el principio del diario se borró cuando las había; recupere de una copia el directorio de datos y los archivos que van con él, o nombre otra carpeta para empezar de nuevo
        the journal has lost what follows it
          el diario perdió lo que lo sigue
        the journal does not say that it was finished
          el diario no dice que se terminara
        the run before did not write %1
          la ejecución anterior no escribió %1
        %1 has %2 bytes, but %3 had been written to it
          %1 tiene %2 bytes, pero se habían escrito %3
        %1: the last %2 bytes of the journal, an unfinished record, are cut off
          %1: se cortan los últimos %2 bytes del diario, un registro sin terminar
        %1: %2 snapshots of a journal that is not there any more are removed
          %1: se borran %2 instantáneas de un diario que ya no está
        %1: the run before had another configuration than %2 is now; this one is followed from here on
          %1: la ejecución anterior tenía otra configuración que la actual de %2; desde aquí se sigue esta
        %1: input.max_line stays as it was when %2 was new; name another folder to change it
          %1: input.max_line queda como estaba cuando %2 era nuevo; nombre otra carpeta para cambiarlo
        %1: the run before ended while it repeated the journal, behind place %2; what stands there is repeated line by line now, so that a line that ends the run can be named
          %1: la ejecución anterior terminó mientras repetía el diario, detrás del lugar %2; lo que hay allí se repite ahora línea a línea, para poder nombrar la línea que termina la ejecución
        %1: %2 records of the journal are passed over, in whole or in part, as was told
          %1: se saltan %2 registros del diario, enteros o en parte, como se mandó
        a configuration that the journal holds is not one for this journeyd: %1
          una configuración que guarda el diario no vale para este journeyd: %1
        %1: the journal does not have the configuration of its run
          %1: el diario no tiene la configuración de su ejecución
        %1: the journal's beginning was removed, and no snapshot can be used in its place, so what was known then is not known any more; use a copy of the data directory that has one
          %1: se borró el principio del diario, y no se puede usar ninguna instantánea en su lugar, así que ya no se sabe lo que se sabía entonces; use una copia del directorio de datos que la tenga
        %1: older records were removed; it is run again from the snapshot of %2 on, and what follows from records before is missing
          %1: se borraron registros antiguos; se ejecuta de nuevo desde la instantánea de %2, y falta lo que sigue de registros anteriores
        # JD1502
        the report %1: its figures dropped
          el informe %1: se descartan sus cifras
        is gone
          ya no está
        %1 of %2 customer%3 dropped
          se descarta %1 de %2 clientes
        the content
          el contenido
        the values
          los valores
        the membership
          la pertenencia
        %1 partial match%2 dropped
          se descartan %1 coincidencias parciales
        have a running journeyd take its configuration anew
          hace que un journeyd en marcha tome de nuevo su configuración
        Sends SIGHUP to the journeyd run of this user, and waits until it follows the configuration as it is now, or says\nwhat is wrong with it (78). Where there is no answer within ten seconds, as while a run still repeats its journal, it\nexits with 75; the configuration is taken anew all the same once the run comes to it.
          Manda SIGHUP al journeyd run de este usuario, y espera hasta que siga la configuración como es ahora, o diga qué le\npasa (78). Si no hay respuesta en diez segundos, como mientras una ejecución repite aún su diario, termina con 75; la\nconfiguración se toma igualmente cuando la ejecución llegue a ello.
        which process, where several run
          qué proceso, donde hay varios en marcha
        journeyd reload: process %1 is no journeyd run of this user%2
          journeyd reload: el proceso %1 no es un journeyd run de este usuario%2
        journeyd reload: no journeyd run of this user is running; journeyd run CONFIG starts one
          journeyd reload: no hay ningún journeyd run de este usuario en marcha; journeyd run CONFIG arranca uno
        journeyd reload: several are running; add --pid N%1
          journeyd reload: hay varios en marcha; añada --pid N%1
        journeyd reload: process %1 cannot be told: %2
          journeyd reload: no se puede avisar al proceso %1: %2
        journeyd reload: process %1 does not answer within ten seconds; its standard error says what it does
          journeyd reload: el proceso %1 no responde en diez segundos; su salida de errores dice qué hace
        ; there are 
          ; hay 
        %1: input.max_line stays as it was; %2 to change it
          %1: input.max_line queda como estaba; %2 para cambiarlo
        %1: %2 stays as it was at the start; start journeyd anew to change it
          %1: %2 queda como estaba al arrancar; arranque journeyd de nuevo para cambiarlo
        %1: the configuration was taken anew
          %1: se tomó la configuración nueva
        %1: the configuration was not taken anew; the run goes on with the one before
          %1: no se tomó la configuración nueva; la ejecución sigue con la anterior
        %1: %2 is read as %3 until it ends, and input.format says otherwise; start journeyd anew to change that
          %1: %2 se lee como %3 hasta que acabe, e input.format dice otra cosa; arranque journeyd de nuevo para cambiarlo
        a table
          una tabla
        start journeyd anew
          arranque journeyd de nuevo
        name another data directory
          nombre otro directorio de datos
        """#
}
