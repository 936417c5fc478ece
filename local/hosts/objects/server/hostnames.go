package main

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v3"
	"github.com/versity/versitygw/s3api/middlewares"
)

// bucketHost is BUCKET.CLUSTER.linodeobjects.com, as Linode's names are.
var bucketHost = regexp.MustCompile(`^[^:]+?\.([a-z0-9-]+\.linodeobjects\.com)(?::\d+)?$`)

// bucketInHostName takes the bucket from the host's name, where the name has one.
func bucketInHostName(ctx fiber.Ctx) error {
	found := bucketHost.FindStringSubmatch(string(ctx.Request().Host()))
	if found == nil {
		return ctx.Next()
	}
	return middlewares.HostStyleParser(found[1])(ctx)
}

// decodePath is what versitygw does before it looks at signatures. encodePath takes it back, so that it can do it itself.
func decodePath(ctx fiber.Ctx) error {
	if err := middlewares.DecodeURL(ctx); err != nil {
		return ctx.SendStatus(fiber.StatusBadRequest)
	}
	return ctx.Next()
}

func encodePath(ctx fiber.Ctx) error {
	parts := strings.Split(string(ctx.Request().URI().PathOriginal()), "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	ctx.Path(strings.Join(parts, "/"))
	return ctx.Next()
}
