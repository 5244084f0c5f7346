#!/bin/sh
# Uploads a photo: a ticket, a PUT straight to the store, and the question what became of it.
#
#   API=http://127.0.0.1:8080 TOKEN=… sh upload.sh photo.jpg PROJECT
#
# Prints the photo as JSON. Ends with 1 when it was refused or has failed, with 2 when it was called wrongly. With the
# same IDEMPOTENCY_KEY it can be called again for 24 hours and makes one photo only.
set -eu

die() {
  echo "upload.sh: $2" >&2
  exit "$1"
}

[ $# -eq 2 ] || die 2 'usage: API=… TOKEN=… sh upload.sh FILE PROJECT'
: "${API:?is the address of the API}" "${TOKEN:?is an access token}"
command -v curl >/dev/null || die 2 'curl is not on PATH'
file=$1 project=$2
[ -f "$file" ] && [ -r "$file" ] || die 2 "$file cannot be read"
key=${IDEMPOTENCY_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')}

case $file in
  *.[jJ][pP][gG] | *.[jJ][pP][eE][gG]) type=image/jpeg ;;
  *.[pP][nN][gG]) type=image/png ;;
  *.[wW][eE][bB][pP]) type=image/webp ;;
  *.[gG][iI][fF]) type=image/gif ;;
  *.[hH][eE][iI][cC]) type=image/heic ;;
  *.[aA][vV][iI][fF]) type=image/avif ;;
  *) die 2 "$file: its extension is none of a photo" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# What a request answered is in $work/answer, its status in $status. Tried again: no answer, 408, 429 and 5xx.
request() {
  status=$(curl --silent --show-error --globoff --connect-timeout 10 --retry 3 --retry-all-errors \
    --output "$work/answer" --write-out '%{http_code}' "$@") || die 1 'no answer came'
}

# The token goes by standard input, because the arguments of a program are for all to see.
call() {
  request --config - --max-time 30 "$@" <<END
header = "Authorization: Bearer $TOKEN"
END
  case $status in 2??) ;; *) die 1 "the API answered $status: $(cat "$work/answer")" ;; esac
}

# The first text member of this name.
member() {
  sed 's/"'"$1"'":"/\
/' "$work/answer" | sed -n '2s/".*//p'
}

name=$(basename "$file" | sed 's/[\\"]/\\&/g')
size=$(wc -c <"$file" | tr -d ' ')
call -H 'Content-Type: application/json' -H "Idempotency-Key: $key" "${API%/}/api/v1/photos/upload-url" --data-binary \
  "{\"project_id\":\"$project\",\"file_name\":\"$name\",\"file_size\":$size,\"mime_type\":\"$type\"}"
upload_url=$(member upload_url)
status_url=$(member status_url)

# Exactly the headers of the ticket, a line for each; curl sends the length itself.
sed -e 's/.*"headers":{"\([^}]*\)"}.*/\1/' -e 's/","/\
/g' "$work/answer" | sed -e '/^Content-Length"/d' -e 's/":"/: /' >"$work/headers"

request --max-time 900 -H "@$work/headers" --upload-file "$file" "$upload_url"
case $status in
  # 412: the object is there. An earlier attempt came through, and only its answer was lost.
  2?? | 412) ;;
  *) die 1 "the store answered $status: $(cat "$work/answer")" ;;
esac

pause=0
while [ "$pause" -le 15 ]; do
  sleep "$pause"
  call "$status_url"
  case $(member status) in
    pending_upload) pause=$((pause + 1)) ;;
    failed) die 1 "the photo failed: $(cat "$work/answer")" ;;
    *) cat "$work/answer" && echo && exit 0 ;;
  esac
done
die 1 "nobody has noticed the file so far; ask $status_url later"
