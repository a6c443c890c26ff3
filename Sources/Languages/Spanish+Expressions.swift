extension Catalogue {
    /// What is said of expressions, patterns and their values.
    static let expressions = #"""
        # none
        '%1' is written '%2'
          '%1' se escribe '%2'
        %1() is called on a value, as in x.%2()
          %1() se llama sobre un valor, como en x.%2()
        %1() is called as %2(x)
          %1() se llama como %2(x)
        unknown function %1()
          función desconocida %1()
        unknown function %1(); did you mean %2()?
          función desconocida %1(); ¿quería decir %2()?
        %1() has no meaning for (%2)
          %1() no tiene sentido para (%2)
        %1; a duration is written like '90s', '30m' or '1h30m'
          %1; una duración se escribe como '90s', '30m' o '1h30m'
        %1; a timestamp is written like '2026-01-31T12:00:00Z'
          %1; un instante se escribe como '2026-01-31T12:00:00Z'
        %1() takes %2 %3, not %4
          %1() toma %2 %3, no %4
        %1() is of numbers, not of %2
          %1() es de números, no de %2
        invalid regular expression: %1
          expresión regular no válida: %1
        this is not a value
          esto no es un valor
        this map has keys of type %1, not %2
          este mapa tiene claves de tipo %1, no %2
        a list is indexed by an int, not by %1
          una lista se indexa con un int, no con %1
        %1 cannot be indexed
          %1 no se puede indexar
        a key is a bool, an int, a uint or a string, not %1
          una clave es un bool, un int, un uint o un string, no %1
        %1 has no elements to go through
          %1 no tiene elementos que recorrer
        a condition is a bool, not %1
          una condición es un bool, no %1
        ; did you mean '%1'?
          ; ¿quería decir '%1'?
        unknown name '%1'%2
          nombre desconocido '%1'%2
        unknown field '%1'%2
          campo desconocido '%1'%2
        %1 has no field '%2'
          %1 no tiene el campo '%2'
        '-' has no meaning for %1
          '-' no tiene sentido para %1
        '%1' has no meaning for %2%3
          '%1' no tiene sentido para %2%3
        ; what is on the right is a list or a map
          ; lo que va a la derecha es una lista o un mapa
        ; convert one of them, as in double(x)
          ; convierta uno de los dos, como en double(x)
        ; convert with string(x)
          ; convierta con string(x)
        ; a duration is written duration('90m')
          ; una duración se escribe duration('90m')
        ; a timestamp is written timestamp('2026-01-31T00:00:00Z')
          ; un instante se escribe timestamp('2026-01-31T00:00:00Z')
        the result cannot be written
          no se puede escribir el resultado
        %1() takes two different names
          %1() toma dos nombres distintos
        %1 takes a plain name here
          %1 toma aquí un nombre sin más
        an expression has at most %1 bytes
          una expresión tiene %1 bytes como mucho
        an expression is missing
          falta una expresión
        unexpected %1 after the expression%2
          %1 inesperado detrás de la expresión%2
        expected '%1' after %2, not %3%4
          se esperaba '%1' detrás de %2, no %3%4
        ; '%1' is written '%2'
          ; '%1' se escribe '%2'
        the expression is nested deeper than %1 levels; take it apart
          la expresión anida más de %1 niveles; divídala
        what '?' chooses
          lo que elige '?'
        -%1 does not fit 64 bits
          -%1 no cabe en 64 bits
        the index
          el índice
        expected a field's name after '.', not %1
          se esperaba el nombre de un campo detrás de '.', no %1
        one of the %1
          uno de los %1
        %1 does not fit a signed 64-bit integer; write %2u
          %1 no cabe en un entero de 64 bits con signo; escriba %2u
        expected a value, not %1
          se esperaba un valor, no %1
        the expression
          la expresión
        expected a name after '.', not %1
          se esperaba un nombre detrás de '.', no %1
        an entry
          una entrada
        a key
          una clave
        '%1' is a reserved word and cannot be a name
          '%1' es una palabra reservada y no puede ser un nombre
        '%1' is written '!'
          '%1' se escribe '!'
        messages cannot be made here; a map is written {'key': value}
          aquí no se pueden hacer mensajes; un mapa se escribe {'clave': valor}
        has() takes a selection such as has(a.b)
          has() toma una selección como has(a.b)
        it is too large once its repetitions are written out
          es demasiado grande una vez escritas sus repeticiones
        its sets are too large
          sus conjuntos son demasiado grandes
        it has more than 10000 characters
          tiene más de 10000 caracteres
        unexpected )
          ) inesperado
        a repetition of a repetition; put the inner one in a group
          una repetición de una repetición; ponga la de dentro en un grupo
        a count of repetitions is 0 to %1, the smaller one first
          un número de repeticiones va de 0 a %1, el menor primero
        nothing to repeat before a repetition
          nada que repetir ante una repetición
        groups are nested deeper than %1
          los grupos anidan más de %1 niveles
        a ( without its )
          un ( sin su )
        a group's name has letters, digits and _ only
          el nombre de un grupo solo tiene letras, cifras y _
        (?%1 is not supported
          (?%1 no se admite
        this is %1, but %2 is needed here
          esto es %1, pero aquí hace falta %2
        a range of characters runs backwards
          un rango de caracteres va al revés
        a [ without its ]
          un [ sin su ]
        [:%1:] is not a class of characters
          [:%1:] no es una clase de caracteres
        a backslash at the end
          una barra invertida al final
        a \\p{ without its }
          un \\p{ sin su }
        \\p{%1} is not a general category of Unicode, such as L, Lu or Nd
          \\p{%1} no es una categoría general de Unicode, como L, Lu o Nd
        references to groups are not supported
          no se admiten referencias a grupos
        \\%1 has no meaning
          \\%1 no significa nada
        \\x takes two hexadecimal digits, or up to six between braces
          \\x toma dos cifras hexadecimales, o hasta seis entre llaves
        a string that begins here has no end
          un texto que empieza aquí no tiene final
        a string in single quotation marks ends on its line; use three
          un texto entre comillas simples termina en su línea; use tres
        unknown escape in a string; a backslash itself is written \\\\
          escape desconocido en un texto; la barra invertida misma se escribe \\\\
        this escape takes %1 hexadecimal digits
          este escape toma %1 cifras hexadecimales
        this escape takes three octal digits
          este escape toma tres cifras octales
        this escape names no character
          este escape no nombra ningún carácter
        the end
          el final
        a name between backticks has letters, digits and ./- only, and ends with `
          un nombre entre acentos graves solo tiene letras, cifras y ./-, y termina con `
        ; equality is '=='
          ; la igualdad es '=='
        ; 'and' is '&&'
          ; 'and' es '&&'
        ; 'or' is '||'
          ; 'or' es '||'
        unexpected '%1'%2
          '%1' inesperado%2
        a letter that is not ASCII outside a string; a field of such a name is written x['name']
          una letra que no es ASCII fuera de un texto; un campo con ese nombre se escribe x['nombre']
        %1 is not a number
          %1 no es un número
        %1 does not fit 64 bits
          %1 no cabe en 64 bits
        # JD1601
        there is no value
          no hay valor
        undeclared reference
          referencia no declarada
        unknown function
          función desconocida
        no such overload: the operation has no meaning for values of these types
          no existe esa variante: la operación no tiene sentido para valores de estos tipos
        no such key
          no existe esa clave
        no such field
          no existe ese campo
        index out of range
          índice fuera de rango
        division by zero
          división por cero
        modulus by zero
          módulo por cero
        integer overflow
          desbordamiento de entero
        value out of range
          valor fuera de rango
        the text cannot be converted
          el texto no se puede convertir
        invalid UTF-8
          UTF-8 no válido
        a map has the same key twice
          un mapa tiene dos veces la misma clave
        unsupported key type: a key is a bool, an int, a uint or a string
          tipo de clave no admitido: una clave es un bool, un int, un uint o un string
        invalid regular expression
          expresión regular no válida
        invalid format
          formato no válido
        unknown time zone
          zona horaria desconocida
        invalid argument
          argumento no válido
        the evaluation took too many steps
          la evaluación dio demasiados pasos
        the evaluation took too much memory
          la evaluación ocupó demasiada memoria
        the value is nested too deeply
          el valor está demasiado anidado
        """#
}
