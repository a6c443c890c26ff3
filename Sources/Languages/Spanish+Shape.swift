extension Catalogue {
    /// What is said of the text of configurations and of the shape of values. Diagnostics have codes of their own.
    static let shape = #"""
        %1: %2; not valid
          %1: %2; no es válida
        %1: %2; valid
          %1: %2; es válida
        note: 
          nota: 
        … and %1 more
          … y %1 más
        %1 is missing; write { %2 }
          falta %1; escriba { %2 }
        one key of %1 is missing; write one of them
          falta una clave entre %1; escriba una de ellas
        %1 does not go with %2 at %3; keep one
          %1 no va con %2, que está en %3; deje una de las dos
        %1 does not belong here: %2
          %1 no va aquí: %2
        unknown key %1%2
          clave desconocida %1%2
        a duration
          una duración
        a microsecond
          un microsegundo
        a size
          un tamaño
        a byte
          un byte
        is not %1; %2
          no es %1; %2
        is more than journeyd can count; write less, such as "%1"
          es más de lo que journeyd puede contar; escriba menos, por ejemplo "%1"
        is finer than %1; write fewer decimals
          es más fino que %1; escriba menos decimales
        write a number with a unit (%1), such as "%2"
          escriba un número con unidad (%1), por ejemplo "%2"
        write "%1%2"
          escriba "%1%2"
        ; did you mean %1?
          ; ¿quería decir %1?
        ; there are no %1 here
          ; aquí no hay %1
        ; the %1 are %2
          ; %1 posibles: %2
        the expression is empty; write one, such as "event.channel == 'web'", or leave the key out
          la expresión está vacía; escriba una, por ejemplo "event.channel == 'web'", o quite la clave
        %1 is not a finite number; write one, or an expression in quotes
          %1 no es un número finito; escriba uno, o una expresión entre comillas
        %1 is not an expression; write one in quotes, such as "event.channel == 'web'"
          %1 no es una expresión; escriba una entre comillas, por ejemplo "event.channel == 'web'"
        %1 is not a list; put it in brackets: [ … ]
          %1 no es una lista; póngalo entre corchetes: [ … ]
        the list is empty; write at least one element, or leave the key out
          la lista está vacía; escriba al menos un elemento, o quite la clave
        %1 is neither text nor a list of texts; write "…" or ["…", "…"]
          %1 no es ni un texto ni una lista de textos; escriba "…" o ["…", "…"]
        %1 is not an object; write { … }
          %1 no es un objeto; escriba { … }
        %1 is not an object; write { NAME: …, … }
          %1 no es un objeto; escriba { NOMBRE: …, … }
        %1 is not %2; %3
          %1 no es %2; %3
        a boolean
          un booleano
        write %1, without quotes
          escriba %1, sin comillas
        write true or false
          escriba true o false
        put it in quotes: "%1"
          póngalo entre comillas: "%1"
        write text in quotes
          escriba un texto entre comillas
        the text is empty; write at least one character, or leave the key out
          el texto está vacío; escriba al menos un carácter, o quite la clave
        a whole number
          un número entero
        write %1
          escriba %1
        a number without fraction
          un número sin decimales
        %1 is out of range; write %2
          %1 está fuera de rango; escriba %2
        a number
          un número
        a whole number from %1 up
          un número entero desde %1
        a whole number up to %1
          un número entero hasta %1
        a whole number from %1 to %2
          un número entero de %1 a %2
        %1 is not a finite number; write a smaller one
          %1 no es un número finito; escriba uno menor
        write one without quotes, such as 0.5
          escriba uno sin comillas, por ejemplo 0.5
        %1 is out of range; write a number%2%3
          %1 está fuera de rango; escriba un número%2%3
        one of the words known here
          una de las palabras que se conocen aquí
        the words are %1
          las palabras son %1
        %1 is not known here%2
          aquí no se conoce %1%2
        write a number with a unit, in quotes, such as "%1"
          escriba un número con unidad, entre comillas, por ejemplo "%1"
        %1 is negative; write
          %1 es negativo; escriba
        %1 is no time at all; write a duration above zero, such as "30s"
          %1 no dura nada; escriba una duración mayor que cero, por ejemplo "30s"
        %1 a duration above zero, such as "30s"
          %1 una duración mayor que cero, por ejemplo "30s"
        %1 "0s" or more
          %1 "0s" o más
        %1 is too long; write at most "%2"
          %1 es demasiado largo; escriba como mucho "%2"
        write a number of bytes, or one with a unit in quotes, such as "64KiB"
          escriba un número de bytes, o uno con unidad entre comillas, por ejemplo "64KiB"
        %1 is out of range; write a size from %2%3 bytes
          %1 está fuera de rango; escriba un tamaño desde %2%3 bytes
        the end of the file
          el final del archivo
        does not exist
          no existe
        is a folder
          es una carpeta
        cannot be read: %1
          no se puede leer: %1
        %1 is not a configuration; write { version: 1, … }
          %1 no es una configuración; escriba { version: 1, … }
        %1 is set in two files; it is first set at %2; keep one
          %1 se fija en dos archivos; primero se fija en %2; deje uno
        %1 is not an object; write { NAME: … }
          %1 no es un objeto; escriba { NOMBRE: … }
        %1 is defined twice; it is first defined at %2; rename one
          %1 se define dos veces; primero se define en %2; cambie un nombre
        the file includes itself (%1); take one of these out
          el archivo se incluye a sí mismo (%1); quite una de las inclusiones
        includes nest more than %1 deep; include the file from the main one
          hay inclusiones de más de %1 niveles; incluya el archivo desde el principal
        %1 %2; paths are relative to the including file
          %1 %2; las rutas son relativas al archivo que incluye
        the configuration is larger than %1 MiB; split it, or make it smaller
          la configuración ocupa más de %1 MiB; divídala o redúzcala
        the configuration has more than %1 files; join some
          la configuración tiene más de %1 archivos; una algunos
        %1 cannot stand in a bare key; put the key in quotes
          %1 no puede ir en una clave sin comillas; ponga la clave entre comillas
        in a bare key a backslash begins an escape such as \\u0061; put the key in quotes
          en una clave sin comillas la barra invertida empieza un escape como \\u0061; ponga la clave entre comillas
        a number does not begin with 0; write %1
          un número no empieza por 0; escriba %1
        a number needs digits
          un número necesita cifras
        an exponent needs digits
          un exponente necesita cifras
        0x needs hexadecimal digits
          0x necesita cifras hexadecimales
        %1, found %2
          %1; se encontró %2
        the file is UTF-16; save it as UTF-8
          el archivo está en UTF-16; guárdelo en UTF-8
        the byte 0x%1 is not UTF-8 here; save the file as UTF-8
          el byte 0x%1 no es UTF-8 aquí; guarde el archivo en UTF-8
        the file is empty; write an object such as { version: 1 }
          el archivo está vacío; escriba un objeto como { version: 1 }
        %1 follows the number %2; put quotes around what is not a plain number
          %1 va detrás del número %2; ponga entre comillas lo que no sea un número sin más
        write %1, or %2 if it is text
          escriba %1, o %2 si es texto
        write %1 if it is text
          escriba %1 si es texto
        expected %1, found the word %2; %3
          se esperaba %1 y se encontró la palabra %2; %3
        ',' or ']' after %1
          ',' o ']' detrás de %1
        the key %1 is written twice; it first stands at %2
          la clave %1 está escrita dos veces; la primera está en %2
        a key or '}'
          una clave o '}'
        ':' after the key %1
          ':' detrás de la clave %1
        ',' or '}' after %1
          ',' o '}' detrás de %1
        lists and objects nest more than %1 deep; flatten them
          hay listas y objetos anidados más de %1 niveles; aplánelos
        the comment is not closed; write */ at its end
          el comentario no se cierra; escriba */ al final
        a lone '/'; a comment begins with // or /*
          una '/' suelta; un comentario empieza por // o /*
        the value of %1
          el valor de %1
        element [%1] of the list
          el elemento [%1] de la lista
        the value
          el valor
        a value for %1
          un valor para %1
        a value or ']'
          un valor o ']'
        a value
          un valor
        expected %1, found %2
          se esperaba %1 y se encontró %2
        ; the %1 of line %2, column %3 is not closed
          ; %1 de la línea %2, columna %3, no se cierra
        ; a comment begins with //
          ; un comentario empieza por //
        the string is not closed before the end of its %1; write the closing %2
          el texto no se cierra antes del final de %1; escriba %2 para cerrarlo
        there are no octal escapes; write a character by its number as \\x07 or \\u0007
          no hay escapes octales; escriba un carácter por su número, como \\x07 o \\u0007
        %1 is half of a surrogate pair; write both halves, or the character
          %1 es la mitad de un par sustituto; escriba las dos mitades, o el carácter
        \\x needs two
          \\x necesita dos
        \\u needs four
          \\u necesita cuatro
        %1 hexadecimal digits; write a plain backslash as \\\\
          %1 cifras hexadecimales; escriba una barra invertida sin más como \\\\
        an empty list
          una lista vacía
        a list
          una lista
        an object
          un objeto
        configurations are JSON5, with braces, commas and quotes around text: { version: 1, moments: { … } }
          las configuraciones son JSON5, con llaves, comas y comillas en los textos: { version: 1, moments: { … } }
        this looks like YAML; %1
          esto parece YAML; %1
        this looks like TOML; %1
          esto parece TOML; %1
        this looks like YAML, or lacks its outer braces; %1
          esto parece YAML, o le faltan las llaves de fuera; %1
        nothing is expected; write expect: [ … ], never: [ … ] or nothing_else: true
          no se espera nada; escriba expect: [ … ], never: [ … ] o nothing_else: true
        %1 is too long; write less
          %1 es demasiado largo; escriba menos
        this lies outside the years 0000 to 9999; write a nearer time
          esto cae fuera de los años 0000 a 9999; escriba un tiempo más cercano
        %1 does not go here; write it beside "raw"
          %1 no va aquí; escríbalo junto a "raw"
        nothing tells of %1; write responses: { %2: { on: EVENT_TYPE } }
          nada informa de %1; escriba responses: { %2: { on: TIPO_DE_EVENTO } }
        there is no action %1
          no existe la acción %1
        JSON has no such number; write a finite one
          JSON no tiene ese número; escriba uno finito
        this says nothing; name a moment, an action or a segment
          esto no dice nada; nombre un momento, una acción o un segmento
        expected times count from the scenario's start; write "%1"
          los tiempos esperados cuentan desde el principio del escenario; escriba "%1"
        """#
}
