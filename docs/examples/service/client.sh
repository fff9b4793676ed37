#!/bin/sh
# Ask payer-rules about the claims of a file: sh client.sh ADDRESS FILE [PAYER]
# The key is not an argument, because everybody on the computer sees those.
set -eu
address=$1 file=$2 payer=${3:+?payer=$3}
printf 'header = "Authorization: Bearer %s"\n' "${PAYER_RULES_KEY:-}" |
    curl --silent --show-error --config - --retry 5 --data-binary "@$file" "$address/v1/check$payer"
