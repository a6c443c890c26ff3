extension Catalogue {
    /// What is said of topics and of the cells that follow their partitions.
    static let topics = #"""
        # JD1001
        journeyd run: %1: a topic is written to where one is read; name a kafka:// input
          journeyd run: %1: se escribe en un tema donde se lee uno; nombre una entrada kafka://
        each partition is one shard
          cada partición es un shard
        a topic has no end
          un tema no tiene final
        all processes must read alike, so the configuration says it (input.format)
          todos los procesos deben leer igual, así que lo dice la configuración (input.format)
        journeyd run: %1 is not for topics: %2; leave it out
          journeyd run: %1 no es para temas: %2; quítelo
        journeyd run: the format of a topic stands in the configuration (input.format); leave it out
          journeyd run: el formato de un tema está en la configuración (input.format); quítelo
        CONFIG INPUT
          CONFIG ENTRADA
        journeyd run: a topic's records are no table; have each say one event as JSON
          journeyd run: los registros de un tema no son una tabla; haga que cada uno diga un evento en JSON
        # JD1003
        a pipe cannot be made: %1
          no se puede crear una tubería: %1
        # JD1101
        by %1 its key belongs to partition %2, and it stands in %3
          según %1 su clave es de la partición %2, y está en la %3
        it has no key, and the customer's id must be it
          no tiene clave, y debe serlo el identificador del cliente
        # JD1201
        %1: %2 is on other brokers than %3; one transaction has the output and how far the input was taken, so name the same brokers for both
          %1: %2 está en otros brokers que %3; una transacción lleva la salida y hasta dónde se leyó la entrada, así que nombre los mismos brokers para ambas
        %1: %2 is used already; name a topic of its own
          %1: %2 ya se usa; nombre un tema propio
        # JD1402
        partition %1: the control topic has %2 records up to offset %3, and %4 were committed; bring it back, or begin with another group
          partición %1: el tema de control tiene %2 registros hasta el desplazamiento %3, y se confirmaron %4; recupérelo, o empiece con otro grupo
        the control topic does not have all that was committed yet
          el tema de control todavía no tiene todo lo que se confirmó
        partition %1: the control topic has a record that is not journeyd's, or damaged; nobody else may write there
          partición %1: el tema de control tiene un registro que no es de journeyd, o está dañado; nadie más puede escribir ahí
        partition %1: the control topic's records do not follow each other
          partición %1: los registros del tema de control no van seguidos
        partition %1: the control topic does not begin with a configuration
          partición %1: el tema de control no empieza por una configuración
        partition %1: the control topic has a configuration that cannot be read
          partición %1: el tema de control tiene una configuración que no se puede leer
        # JD1404
        %1: cannot be made, so no snapshot is kept there: %2
          %1: no se puede crear, así que ahí no se guarda ninguna instantánea: %2
        partition %1: no snapshot was made: %2; the cell makes the next itself
          partición %1: no se hizo ninguna instantánea: %2; la siguiente la hace la propia celda
        it stands behind offset %1, up to where the group has committed
          está detrás del desplazamiento %1, hasta donde el grupo ha confirmado
        it is of a topic of %1 partitions, and there are %2
          es de un tema de %1 particiones, y hay %2
        no snapshots are kept, so cells repeat from the topic's beginning; name a --data-dir
          no se guardan instantáneas, así que las celdas repiten desde el principio del tema; nombre un --data-dir
        # JD1502
        %1: the configuration was taken anew; each cell follows it from where it is now
          %1: se tomó de nuevo la configuración; cada celda la sigue desde donde está
        partition %1: the configuration that is followed is not one for this journeyd: %2
          partición %1: la configuración que se sigue no es para este journeyd: %2
        # JD1507
        joining
          entrando en el grupo
        assigned
          asignadas
        repeating from a snapshot
          repitiendo desde una instantánea
        repeating from the beginning, since there is no snapshot
          repitiendo desde el principio, pues no hay instantánea
        live
          al día
        joining the group again
          entrando de nuevo en el grupo
        committed
          confirmado
        # JD1508
        this machine's clock is behind others; set the clocks of all machines
          el reloj de esta máquina va por detrás de otros; ponga en hora los relojes de todas
        waiting for the brokers
          esperando a los brokers
        %1: %2; see to it that the brokers are there and let journeyd in
          %1: %2; procure que los brokers estén ahí y dejen entrar a journeyd
        %1: %2; see to it that the brokers are there
          %1: %2; procure que los brokers estén ahí
        %1: group %2, which reads %3, writes to this topic, and its readers would find the lines of both; name an output of its own, or stop that group's processes first
          %1: el grupo %2, que lee %3, escribe en este tema, y quien lo lea encontraría las líneas de ambos; nombre una salida propia, o pare antes los procesos de ese grupo
        %1: group %2, which read %3, wrote to this topic before; its readers find the lines of both
          %1: el grupo %2, que leía %3, escribió antes en este tema; quien lo lea encuentra las líneas de ambos
        %1: whether another group writes there cannot be told, since group %2 cannot be asked: %3
          %1: no se puede saber si otro grupo escribe ahí, pues no se puede consultar el grupo %2: %3
        %1: there is no topic of that name; make it, with as many partitions as it is ever to have
          %1: no hay ningún tema con ese nombre; créelo, con cuantas particiones haya de tener alguna vez
        %1: there is no topic of that name; make it first
          %1: no hay ningún tema con ese nombre; créelo antes
        %1: there is no topic of that name; start journeyd run first, or make it
          %1: no hay ningún tema con ese nombre; arranque antes journeyd run, o créelo
        there is no topic %1
          no existe el tema %1
        %1: librdkafka does not take the value
          %1: librdkafka no acepta el valor
        the topic %1 has %2 partitions, and %3 has %4; what follows from a partition goes to the one of the same number, so both must have as many
          el tema %1 tiene %2 particiones, y %3 tiene %4; lo que sigue de una partición va a la del mismo número, así que ambos deben tener las mismas
        %1 has %2 partitions, and had %3 when the group began; customers are on others now, so have journeyd repartition copy the records, by their keys, to a topic of as many as there are to be
          %1 tiene %2 particiones, y tenía %3 cuando empezó el grupo; los clientes están ahora en otras, así que haga que journeyd repartition copie los registros, por sus claves, a un tema con tantas como haya de haber
        %1: there is no topic of that name; name one that is
          %1: no hay ningún tema con ese nombre; nombre uno que exista
        %1: --partition: it has %2, from 0 on; name one of them
          %1: --partition: tiene %2, desde la 0; nombre una de ellas
        %1: partition %2: %3; try again
          %1: partición %2: %3; inténtelo otra vez
        %1: partition %2 cannot be read to its end; try again
          %1: la partición %2 no se puede leer hasta el final; inténtelo otra vez
        %1: partition %2: the group's committed offset is another program's; name the group that journeyd has
          %1: partición %2: el desplazamiento confirmado del grupo es de otro programa; nombre el grupo que tiene journeyd
        %1: partition %2 begins at offset %3, and what was before it from %4 on is known to snapshots only, which belong to this number of partitions; begin with another group
          %1: la partición %2 empieza en el desplazamiento %3, y lo de antes, desde el %4, solo lo saben las instantáneas, que son de este número de particiones; empiece con otro grupo
        %1: group %2 has taken nothing of it, so there is nothing to keep; begin with a new topic
          %1: el grupo %2 no ha tomado nada de él, así que no hay nada que conservar; empiece con un tema nuevo
        %1: its partitions do not follow one configuration; start the group once more, and stop it when all are live
          %1: sus particiones no siguen una misma configuración; arranque el grupo otra vez, y párelo cuando todas estén al día
        %1: partition %2 has no configuration; bring the control topic back, or begin with another group
          %1: la partición %2 no tiene configuración; recupere el tema de control, o empiece con otro grupo
        the topic %1 is there already, with %2 partitions; delete it, or name another with --to
          el tema %1 ya existe, con %2 particiones; bórrelo, o nombre otro con --to
        the topic %1 has records that are no copies; delete it, or name another with --to
          el tema %1 tiene registros que no son copias; bórrelo, o nombre otro con --to
        group %1 has begun with the topic %2, and %3 has had more records since; send those to the new topic
          el grupo %1 ya ha empezado con el tema %2, y %3 ha tenido más registros desde entonces; envíelos al tema nuevo
        its records have no timestamps; have the brokers or the producers set them
          sus registros no llevan timestamp; haga que los pongan los brokers o los productores
        %1: the group: %2
          %1: el grupo: %2
        %1: partition %2 cannot be read to its end
          %1: la partición %2 no se puede leer hasta el final
        %1: partition %2: a line of %3 bytes is larger than message.max.bytes in kafka.properties; raise it there, and at the topic
          %1: partición %2: una línea de %3 bytes es mayor que message.max.bytes en kafka.properties; súbalo ahí, y en el tema
        %1: %2 records were not taken in time
          %1: %2 registros no se aceptaron a tiempo
        # JD1509
        its records do not come
          sus registros no llegan
        cell stopped
          celda detenida
        partition %1: %2
          partición %1: %2
        partition %1: the log does not have the next record any more: %2; it was deleted, or the log lost data; keep it for longer, and begin with another group
          partición %1: el registro siguiente ya no está: %2; se borró, o se perdieron datos; guárdelos más tiempo, y empiece con otro grupo
        partition %1: it is not there any more: %2; bring the topic back, or begin with another group
          partición %1: ya no existe: %2; recupere el tema, o empiece con otro grupo
        partition %1: it cannot be read: %2
          partición %1: no se puede leer: %2
        partition %1: the group has no committed offset, and the control topic says that it had one; bring the group's offsets back, or begin with another group
          partición %1: el grupo no tiene desplazamiento confirmado, y el tema de control dice que lo tenía; recupere los desplazamientos del grupo, o empiece con otro
        partition %1: the group's committed offset is another program's; give journeyd a group of its own
          partición %1: el desplazamiento confirmado del grupo es de otro programa; dé a journeyd un grupo propio
        partition %1: the topic has %2 partitions, and had %3 when the group began; customers are on others now; stop all processes, and have journeyd repartition copy the records, by their keys, to a topic of as many as there are to be
          partición %1: el tema tiene %2 particiones, y tenía %3 cuando empezó el grupo; los clientes están ahora en otras; pare todos los procesos, y haga que journeyd repartition copie los registros, por sus claves, a un tema con tantas como haya de haber
        partition %1: at offset %2 stands another record than the one that was taken: %3
          partición %1: en el desplazamiento %2 hay otro registro que el que se tomó: %3
        the topic was made anew, or the log lost data; begin with another group
          el tema se creó de nuevo, o se perdieron datos; empiece con otro grupo
        partition %1: offset %2 is committed, and the log ends at %3: %4
          partición %1: está confirmado el desplazamiento %2, y los registros acaban en %3: %4
        partition %1: offset %2 is committed, and the log begins at %3: what lies between was deleted; keep it for longer, and begin with another group
          partición %1: está confirmado el desplazamiento %2, y los registros empiezan en %3: lo de en medio se borró; guárdelo más tiempo, y empiece con otro grupo
        partition %1: it would be repeated from offset %2, and the log begins at %3; bring back a snapshot, or begin with another group
          partición %1: se repetiría desde el desplazamiento %2, y los registros empiezan en %3; recupere una instantánea, o empiece con otro grupo
        # JD1510
        partitions dropped
          particiones soltadas
        aborted
          transacción anulada
        waiting
          en espera
        waiting %1
          en espera %1
        not a member of the group any more: %1
          ya no es miembro del grupo: %1
        the group takes no commits of this process, which has only just joined it again
          el grupo no acepta confirmaciones de este proceso, que acaba de entrar de nuevo en él
        partitions were assigned anew
          las particiones se asignaron de nuevo
        the partitions were assigned anew
          las particiones se asignaron de nuevo
        the partitions are another process's
          las particiones son de otro proceso
        what was not committed in time is another process's to do
          lo que no se confirmó a tiempo le toca a otro proceso
        another process is %1 in the group now: %2
          otro proceso es ahora %1 en el grupo: %2
        another process is %1 in the group now, or the group is gone: %2
          otro proceso es ahora %1 en el grupo, o el grupo ya no existe: %2
        another process is %1 of group %2 now, or this one was away for longer than transaction.timeout.ms: %3
          otro proceso es ahora %1 del grupo %2, o este faltó más tiempo que transaction.timeout.ms: %3
        instance %1
          la instancia %1
        this one
          este
        """#
}
