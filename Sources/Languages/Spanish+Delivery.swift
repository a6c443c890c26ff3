extension Catalogue {
    /// What is said of outputs and of what takes their lines.
    static let delivery = #"""
        # JD1201
        this build of journeyd has no topics; build one where librdkafka-dev is installed: swift build -c release --traits Kafka
          esta compilación de journeyd no tiene temas; compile una donde esté librdkafka-dev: swift build -c release --traits Kafka
        write kafka://HOST:PORT/TOPIC
          escriba kafka://HOST:PUERTO/TEMA
        is no address of a topic; %1
          no es la dirección de un tema; %1
        names no topic; %1
          no nombra ningún tema; %1
        write ?group=NAME, and with it &instance=NAME where the process keeps its name
          escriba ?group=NOMBRE, y con ello &instance=NOMBRE donde el proceso conserve su nombre
        has a "?", which only inputs have; %1
          tiene un "?", que solo llevan las entradas; %1
        has "%1", which is not known; %2
          tiene "%1", que no se conoce; %2
        has "%1" twice; write it once
          tiene "%1" dos veces; escríbalo una vez
        names no group; %1
          no nombra ningún grupo; %1
        has names too long for the control topic "%1"; choose shorter ones
          tiene nombres demasiado largos para el tema de control "%1"; elija otros más cortos
        has the broker "%1", which %2
          tiene el broker "%1", que %2
        has the broker "%1", which has no port from 1 to 65535; %2
          tiene el broker "%1", que no tiene un puerto de 1 a 65535; %2
        has the %1 "%2"; write letters, digits, ".", "_" and "-", at most %3
          tiene %1 "%2"; escriba letras, cifras, ".", "_" y "-", %3 como mucho
        # JD1301
        standard output
          la salida estándar
        %1: cannot be written: %2
          %1: no se puede escribir: %2
        %1: cannot be written: the run reads or writes it already
          %1: no se puede escribir: la ejecución ya lo lee o lo escribe
        %1: cannot be opened anew: %2
          %1: no se puede abrir de nuevo: %2
        nobody reads %1
          nadie lee %1
        %1: writing failed after %2 bytes: %3
          %1: falló la escritura tras %2 bytes: %3
        # JD1302
        the command cannot be started: %1
          no se puede arrancar la orden: %1
        the command does not run
          la orden no está en marcha
        the command %1
          la orden %1
        the command closed its standard input
          la orden cerró su entrada estándar
        the oldest made room: %1 is full
          la más antigua dejó sitio: %1 está llena
        the spool cannot be written: %1
          no se puede escribir el spool: %1
        %1 is full
          %1 está llena
        the queue
          la cola
        the spool
          la cola en disco
        the run has ended before they were taken; a spool would keep them
          la ejecución terminó antes de que se aceptaran; un spool las conservaría
        the spool is damaged
          el spool está dañado
        the spool cannot be read: %1
          no se puede leer el spool: %1
        an output does not take lines; it is tried again
          una salida no acepta líneas; se vuelve a intentar
        delivery failed, %1
          fallos de entrega, %1
        an output takes lines again
          una salida vuelve a aceptar líneas
        delivery recovered, %1
          entregas recuperadas, %1
        a line was refused and is in the dead letters
          una línea fue rechazada y está entre las no entregadas
        a line was refused and is lost
          una línea fue rechazada y se ha perdido
        line refused, %1
          línea rechazada, %1
        the dead letters cannot be written
          no se puede escribir el archivo de líneas no entregadas
        dead letters, %1
          líneas no entregadas, %1
        lines were dropped
          se descartaron líneas
        lines dropped, %1
          líneas descartadas, %1
        lines stay in the spool for the next run
          quedan líneas en el spool para la ejecución siguiente
        lines of an earlier run are in the spool
          en el spool hay líneas de una ejecución anterior
        the URL in %1
          la URL de %1
        the URL in $%1
          la URL de $%1
        cannot connect: %1
          no se puede conectar: %1
        cannot connect: no answer within the timeout
          no se puede conectar: sin respuesta dentro del plazo
        not connected
          sin conexión
        the connection broke: %1
          se cortó la conexión: %1
        the peer closed the connection
          el otro extremo cerró la conexión
        writing failed: %1
          falló la escritura: %1
        is no URL of http or https; write "https://HOST/PATH"
          no es una URL de http o https; escriba "https://HOST/RUTA"
        has blanks or characters outside ASCII; write them as %XX
          tiene espacios o caracteres que no son ASCII; escríbalos como %XX
        names no host; write "https://HOST/PATH"
          no nombra ningún host; escriba "https://HOST/RUTA"
        %1.to: what %2 says %3
          %1.to: lo que dice %2 %3
        %1.headers.%2: the value has characters that a header cannot have
          %1.headers.%2: el valor tiene caracteres que una cabecera no admite
        %1.to: webhooks need the program %2, which is installed together with journeyd, and is neither %3
          %1.to: los webhooks necesitan el programa %2, que se instala junto con journeyd y no es %3
         nor 
           ni 
        the run has ended
          la ejecución ha terminado
        %1 cannot be started: %2
          no se puede arrancar %1: %2
        %1 gave no answer; it is started again
          %1 no respondió; se arranca de nuevo
        no answer
          sin respuesta
        the connection ended behind HTTP %1, before an answer
          la conexión terminó tras HTTP %1, antes de una respuesta
        HTTP %1%2
          HTTP %1%2
        HTTP %1: redirections are not followed; write the URL that it leads to
          HTTP %1: no se siguen las redirecciones; escriba la URL a la que lleva
        given up after %1 attempts: %2
          abandonado tras %1 intentos: %2
        ended with status %1
          terminó con el estado %1
        was ended by signal %1
          fue terminada por la señal %1
        # JD1305
        %1: cannot be used as a spool: %2
          %1: no se puede usar como spool: %2
        %1: is the spool of another run; give each a folder of its own
          %1: es el spool de otra ejecución; dé a cada una su carpeta
        # JD1306
        %1: the environment has no %2; set it before journeyd starts
          %1: el entorno no tiene %2; fíjela antes de que arranque journeyd
        %1: %2 is empty; its first line is the value
          %1: %2 está vacío; su primera línea es el valor
        %1: %2 cannot be read: %3
          %1: no se puede leer %2: %3
        # JD1403
        %1: is the spool of a run that goes on; end that first
          %1: es el spool de una ejecución en marcha; termínela primero
        %1: its lines cannot be erased: %2
          %1: no se pueden borrar sus líneas: %2
        """#
}
