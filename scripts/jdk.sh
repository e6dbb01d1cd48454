# Sourced by the scripts: sets JAVA_HOME to a JDK 25 or later, or ends with advice.
# Looks at JAVA_HOME, then /usr/lib/jvm, then the java on the PATH.

jdk_major() { # HOME -> its feature release; nothing when it is not a JDK
    [ -x "$1/bin/javac" ] || return 0
    if [ -r "$1/release" ]; then
        sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
    else
        "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
    fi
}

jdk_fits() {
    local major
    major=$(jdk_major "$1")
    [ -n "$major" ] && [ "$major" -ge 25 ]
}

find_jdk() {
    local home java
    if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then
        return 0
    fi
    for home in /usr/lib/jvm/*25* /usr/lib/jvm/*; do
        if jdk_fits "$home"; then
            export JAVA_HOME=$home
            return 0
        fi
    done
    if java=$(command -v java); then
        home=$(dirname "$(dirname "$(readlink -f "$java")")")
        if jdk_fits "$home"; then
            export JAVA_HOME=$home
            return 0
        fi
    fi
    echo "Tenon needs a JDK 25 or later and found none in JAVA_HOME, /usr/lib/jvm or on the PATH." >&2
    echo "Install one (Eclipse Temurin, for instance) and set JAVA_HOME to its folder." >&2
    return 1
}

find_jdk || exit 2

# Keeps Maven's own libraries from printing warnings about what later JDKs will forbid.
export MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
