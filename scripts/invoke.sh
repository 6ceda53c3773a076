#!/usr/bin/env bash
# Calls a function URL or a REST API that takes signed requests, with the caller's AWS credentials, and shows the response as it streams.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/invoke.sh URL [CURL_OPTION...]

Signs a request to a Lambda function URL or an API Gateway API (Signature Version 4, by curl) and shows the response while it arrives. What
follows the URL goes to curl: --include shows status and headers, --data-binary @FILE posts a file.

  scripts/invoke.sh https://abc.lambda-url.eu-west-1.on.aws/
  scripts/invoke.sh 'https://abc.lambda-url.eu-west-1.on.aws/?scenario=not-found' --include

Credentials, the first that is found, as the AWS tools do it:
  1. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, with AWS_SESSION_TOKEN if it is set;
  2. the profile AWS_PROFILE (else 'default') in ~/.aws/credentials, then in ~/.aws/config;
  3. the AWS CLI, if it is installed: profiles with single sign-on, roles or a credential process, and machine roles.
Region: the one in the URL; a URL without one (a local emulator) takes AWS_REGION, AWS_DEFAULT_REGION or the profile's.
The URL: it is sent in the form that AWS signs: the query's parameters sorted, each with a '=', special characters percent-encoded, '+' as %20.
Refused, because they would not be signed as AWS does it: -F and -T (post a body with --data-binary @FILE), -G (write parameters in the URL).
Service: lambda, or execute-api for an API's address; for an API at another address (a local emulator, a domain of your own) set
SIGNING_SERVICE=execute-api.
HELP
}

fail() {
  printf 'invoke.sh: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit 1
}

case ${1:-} in
  -h | --help) usage; exit 0 ;;
  http://* | https://*) url=$1; shift ;;
  '') usage >&2; exit 2 ;;
  *) fail "'$1' is not a URL; the first argument is the function's URL: https://...lambda-url.REGION.on.aws/" ;;
esac

command -v curl > /dev/null || fail "'curl' is not in PATH. Install it (7.76 or newer)."
curl --help all 2> /dev/null | grep -q -- --fail-with-body || fail "$(curl --version | head -n 1 | cut -d ' ' -f 1,2) is too old to sign and report errors: 7.76 or newer is needed."

# --- The profile files -------------------------------------------------------------------------------------------------------------------

named_profile=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-}}
profile=${named_profile:-default}
credentials_file=${AWS_SHARED_CREDENTIALS_FILE:-${HOME:-}/.aws/credentials}
config_file=${AWS_CONFIG_FILE:-${HOME:-}/.aws/config}

# setting FILE KEY: the value of KEY in the profile's section: [name], or [profile name] as config files have it.
setting() {
  [[ -r $1 ]] || return 0
  awk -v profile="$profile" -v key="$2" '
    { sub(/\r$/, "") }
    /^[ \t]*\[/ {
      gsub(/^[ \t]*\[[ \t]*|[ \t]*\].*$/, ""); sub(/^profile[ \t]+/, ""); gsub(/"/, "")
      inside = $0 == profile; next
    }
    inside && $0 ~ "^" key "[ \t]*=" { sub(/^[^=]*=[ \t]*/, ""); sub(/[ \t]+$/, ""); value = $0 }
    END { print value }' "$1"
}

# --- Credentials -------------------------------------------------------------------------------------------------------------------------

access_key=${AWS_ACCESS_KEY_ID:-} secret_key=${AWS_SECRET_ACCESS_KEY:-} token=${AWS_SESSION_TOKEN:-}

if [[ -z $access_key || -z $secret_key ]]; then
  access_key='' secret_key='' token=''
  indirect="$(setting "$config_file" role_arn)$(setting "$config_file" sso_session)$(setting "$config_file" sso_start_url)"
  if [[ -z $indirect ]]; then
    for file in "$credentials_file" "$config_file"; do
      [[ -z $access_key || -z $secret_key ]] || break
      access_key=$(setting "$file" aws_access_key_id)
      secret_key=$(setting "$file" aws_secret_access_key)
      token=$(setting "$file" aws_session_token)
    done
  fi
fi

# Without --profile where none is named: with it, the AWS CLI would not ask the machine's role (EC2, CloudShell, containers).
export_credentials=(aws configure export-credentials --format env-no-export)
[[ -z $named_profile ]] || export_credentials+=(--profile "$named_profile")
if [[ -z $access_key || -z $secret_key ]] && command -v aws > /dev/null; then
  if exported=$("${export_credentials[@]}" 2> /dev/null); then
    access_key=$(sed -n 's/^AWS_ACCESS_KEY_ID=//p' <<< "$exported")
    secret_key=$(sed -n 's/^AWS_SECRET_ACCESS_KEY=//p' <<< "$exported")
    token=$(sed -n 's/^AWS_SESSION_TOKEN=//p' <<< "$exported")
  fi
fi

[[ -n $access_key && -n $secret_key ]] || fail "no AWS credentials for the profile '$profile'. Looked at:" \
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment;" \
  "$credentials_file and $config_file;" \
  "the AWS CLI ('aws configure export-credentials${named_profile:+ --profile $named_profile}' says why it has none; after 'aws sso login' it may)."

# --- Region ------------------------------------------------------------------------------------------------------------------------------

service=${SIGNING_SERVICE:-lambda}
if [[ $url =~ ^https?://[^/?#]*\.(lambda-url|execute-api)\.([a-z0-9-]+)\. ]]; then
  region=${BASH_REMATCH[2]}
  [[ ${BASH_REMATCH[1]} != execute-api ]] || service=execute-api
else
  region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
  [[ -n $region ]] || region=$(setting "$config_file" region)
  [[ -n $region ]] || fail "no region: the URL names none. Set AWS_REGION, or 'region' for the profile '$profile' in $config_file."
fi

# --- What curl signs otherwise than AWS ----------------------------------------------------------------------------------------------------

# 7.88.1 is 788, 8.14.1 is 814. One that does not say counts as new.
curl_version=814
[[ $(curl --version) =~ ^curl\ ([0-9]+)\.([0-9]+) ]] && curl_version=$((10#${BASH_REMATCH[1]} * 100 + 10#${BASH_REMATCH[2]}))

for option in "$@"; do
  # Short options may stand together: the letters before are those that take no value.
  if [[ $option =~ ^--(form|form-string|upload-file)$|^-[0-9afgiIjJklLMnNOpqRsSvVZ#]*[FT] ]]; then
    fail "curl does not sign the body that '$option' sends, so AWS would refuse the request." \
      "Post a file with --data-binary @FILE (and --request PUT), form fields with --data NAME=VALUE."
  elif [[ $option =~ ^--(get|url-query)$|^-[0-9afgiIjJklLMnNOpqRsSvVZ#]*G ]]; then
    fail "parameters that '$option' adds would not be in the form that AWS signs. Write them in the URL: 'https://...?NAME=VALUE&NAME=VALUE'."
  elif [[ $OSTYPE =~ ^(msys|cygwin) && $option == *@- ]]; then
    fail "in Git Bash the credentials take the standard input, so the body of '$option' would be empty. Put it into a file: --data-binary @FILE."
  fi
done

# percent_encoded TEXT KEEP: every byte of TEXT as %XX but for unreserved characters and those in KEEP; what is encoded already stays so.
percent_encoded() (
  LC_ALL=C text=$1 keep=$2 result=''
  for ((i = 0; i < ${#text}; i++)); do
    byte=${text:i:1}
    if [[ $byte == % && ${text:i+1:2} =~ ^[0-9A-Fa-f]{2}$ ]]; then
      hex=$(tr a-f A-F <<< "${text:i+1:2}")
      printf -v byte '%b' "\\x$hex"
      i=$((i + 2))
    elif [[ $keep == *"$byte"* ]]; then
      result+=$byte
      continue
    else
      # An old bash takes bytes from 128 on for negative.
      printf -v code '%d' "'$byte"
      printf -v hex '%02X' $((code & 255))
    fi
    case $byte in
      [A-Za-z0-9._~-]) result+=$byte ;;
      *) result+=%$hex ;;
    esac
  done
  printf '%s' "$result"
)

# AWS signs the query's parameters encoded, each with a '=', sorted by name and then by value. curl does so since 8.5; sent in this form, the
# query is signed well by any. A '+' is a space in a query, and %20 is one everywhere.
canonical_query() {
  local parameter name
  tr '&' '\n' <<< "$1" | while IFS= read -r parameter; do
    [[ -n ${parameter%%=} ]] || continue
    parameter=${parameter//+/%20} name=${parameter%%=*}
    [[ $parameter == *=* ]] || parameter+='='
    printf '%s=%s\n' "$(percent_encoded "$name" '')" "$(percent_encoded "${parameter#*=}" '')"
  done | LC_ALL=C sort -t '=' -k 1,1 -k 2 | paste -s -d '&' -
}

# A fragment is for browsers, and not sent.
url=${url%%#*}
[[ $url =~ ^(https?://[^/?]*)([^?]*)(\?(.*))?$ ]]
origin=${BASH_REMATCH[1]} path=${BASH_REMATCH[2]:-/} query=${BASH_REMATCH[4]:-}
[[ -z $query ]] || query=$(canonical_query "$query")
query=${query:+?$query}
path=$(percent_encoded "$path" "/!\$&'()*+,;=:@")

# Of a path AWS signs each segment encoded once more, and no empty ones. curl encodes since 8.14; before 8.9 it signs the URL's path as it is. So
# the URL has the path that comes out right, and where that is another than the one to send, that one is told besides.
signed_path=$path target=()
while [[ $signed_path == *//* ]]; do signed_path=${signed_path//\/\//\/}; done
encoded_path=$(percent_encoded "${signed_path//%/%25}" /)
if ((curl_version < 809)); then
  signed_path=$encoded_path
elif ((curl_version < 814)) && [[ $encoded_path != "$signed_path" ]]; then
  fail "curl 8.9 to 8.13 signs the path '$path' otherwise than AWS, which would refuse the request. Install curl 8.14 or newer."
fi
[[ $signed_path == "$path" ]] || target=(--request-target "$path$query")
url=$origin$signed_path$query

# --- The call ----------------------------------------------------------------------------------------------------------------------------

headers=$(mktemp)
trap 'rm -f "$headers"' EXIT

# The secret goes to curl in a file that only curl reads, not in its arguments: those are visible to every user of the machine.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
secrets() {
  printf 'user = "%s:%s"\n' "$(quoted "$access_key")" "$(quoted "$secret_key")"
  [[ -z $token ]] || printf 'header = "x-amz-security-token: %s"\n' "$(quoted "$token")"
}

call() {
  curl --config "$1" --aws-sigv4 "aws:amz:$region:$service" --no-buffer --silent --show-error --fail-with-body --globoff \
    --dump-header "$headers" ${target[@]+"${target[@]}"} "${@:2}" "$url"
}

code=0
case $OSTYPE in
  # Git Bash: Windows' curl cannot open this shell's descriptors, so it reads the secrets from its standard input.
  msys* | cygwin*) call - "$@" < <(secrets) || code=$? ;;
  *) call <(secrets) "$@" || code=$? ;;
esac

if ((code == 22)); then
  status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$headers" | tail -n 1)
  [[ $status != 403 ]] || printf '\ninvoke.sh: 403: docs/deploy.md, "What a 403 means", tells the causes apart.\n' >&2
fi
exit "$code"
