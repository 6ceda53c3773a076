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

profile=${AWS_PROFILE:-${AWS_DEFAULT_PROFILE:-default}}
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

if [[ -z $access_key || -z $secret_key ]] && command -v aws > /dev/null; then
  if exported=$(aws configure export-credentials --profile "$profile" --format env-no-export 2> /dev/null); then
    access_key=$(sed -n 's/^AWS_ACCESS_KEY_ID=//p' <<< "$exported")
    secret_key=$(sed -n 's/^AWS_SECRET_ACCESS_KEY=//p' <<< "$exported")
    token=$(sed -n 's/^AWS_SESSION_TOKEN=//p' <<< "$exported")
  fi
fi

[[ -n $access_key && -n $secret_key ]] || fail "no AWS credentials for the profile '$profile'. Looked at:" \
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment;" \
  "$credentials_file and $config_file;" \
  "the AWS CLI ('aws configure export-credentials --profile $profile' says why it has none; after 'aws sso login' it may)."

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

# AWS sorts the query's parameters by name before it checks the signature; an older curl (7.x) signs them as they are written.
if [[ $url == *\?* ]]; then
  query=$(tr '&' '\n' <<< "${url#*\?}" | LC_ALL=C sort -s -t '=' -k 1,1 | paste -s -d '&' -)
  url="${url%%\?*}?$query"
fi

# --- The call ----------------------------------------------------------------------------------------------------------------------------

headers=$(mktemp)
trap 'rm -f "$headers"' EXIT

# The secret goes to curl in a file that only curl reads, not in its arguments: those are visible to every user of the machine.
quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }
secrets() {
  printf 'user = "%s:%s"\n' "$(quoted "$access_key")" "$(quoted "$secret_key")"
  [[ -z $token ]] || printf 'header = "x-amz-security-token: %s"\n' "$(quoted "$token")"
}

code=0
curl --config <(secrets) --aws-sigv4 "aws:amz:$region:$service" --no-buffer --silent --show-error --fail-with-body \
  --dump-header "$headers" "$@" "$url" || code=$?

if ((code == 22)); then
  status=$(sed -n 's/^HTTP[^ ]* \([0-9]*\).*/\1/p' "$headers" | tail -n 1)
  [[ $status != 403 ]] || printf '\ninvoke.sh: 403: docs/deploy.md, "What a 403 means", tells the causes apart.\n' >&2
fi
exit "$code"
