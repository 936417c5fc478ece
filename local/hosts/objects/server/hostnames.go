package main

import (
	"regexp"

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
