package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/s3api/controllers"
	"github.com/versity/versitygw/s3api/utils"
	"github.com/versity/versitygw/s3err"
)

// region is the one that versitygw takes signatures for.
const region = "us-east-1"

const signedTime = "20060102T150405Z"

// anyRegion lets clients sign for whatever region they like, as Linode does ("auto", "fr-par", "us-east-1"): a signature that is
// right is made anew for the region that versitygw expects. Signatures in an address, and of chunks, are not.
func (k *keys) anyRegion(ctx fiber.Ctx) error {
	request, err := utils.ParseAuthorization(ctx.Get("Authorization"))
	if err != nil || request.Region == region {
		return ctx.Next()
	}
	account, known := k.find(request.Access)
	if !known {
		return refuse(ctx, s3err.GetInvalidAccessKeyIdErr(request.Access))
	}
	signed, err := time.Parse(signedTime, ctx.Get("X-Amz-Date"))
	if err != nil {
		return refuse(ctx, s3err.GetAPIError(s3err.ErrMissingDateHeader))
	}
	length, _ := strconv.ParseInt(ctx.Get("Content-Length"), 10, 64)
	theirs := signingKey(account.Secret, request.Date, request.Region)
	canonical, err := utils.CheckValidSignature(ctx, request, theirs, ctx.Get("X-Amz-Content-Sha256"), signed, length)
	if err != nil {
		return refuse(ctx, err)
	}
	scope := fmt.Sprintf("%s/%s/s3/aws4_request", request.Date, region)
	digest := sha256.Sum256([]byte(canonical))
	text := fmt.Sprintf("AWS4-HMAC-SHA256\n%s\n%s\n%s", signed.Format(signedTime), scope, hex.EncodeToString(digest[:]))
	signature := hex.EncodeToString(sign(signingKey(account.Secret, request.Date, region), text))
	ctx.Request().Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
		request.Access, scope, request.SignedHeaders, signature))
	return ctx.Next()
}

// refuse answers as versitygw does.
func refuse(ctx fiber.Ctx, err error) error {
	return controllers.WrapMiddleware(func(fiber.Ctx) error { return err }, nil, nil)(ctx)
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// signingKey is that of AWS's signature, version 4.
func signingKey(secret, date, region string) []byte {
	return sign(sign(sign(sign([]byte("AWS4"+secret), date), region), "s3"), "aws4_request")
}
