# shellcheck shell=bash disable=SC2154
# Small objects in the bucket off the servers, beside the repositories. Sourced after common.sh; OFFSITE_… are the caller's.

# bucket_request KEY ARGUMENT…: one request for PREFIX/KEY; arguments are curl's. Keys reach curl on its standard input.
bucket_request() {
  local key=$1
  shift
  curl --silent --show-error --fail --max-time 60 --retry 2 --aws-sigv4 "aws:amz:$OFFSITE_REGION:s3" --header "x-amz-content-sha256: UNSIGNED-PAYLOAD" \
    --config - "$@" "$OFFSITE_ENDPOINT/$OFFSITE_BUCKET/$OFFSITE_PREFIX/$key" <<<"user = \"$OFFSITE_ACCESS_KEY:$OFFSITE_SECRET_KEY\""
}
