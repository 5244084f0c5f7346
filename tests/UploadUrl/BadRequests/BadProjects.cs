using static PhotoLambda.Tests.BadRequest;

namespace PhotoLambda.Tests;

internal static class BadProjects
{
    private static readonly string LongName = new('n', 201);

    public static IEnumerable<BadRequest> All =>
    [
        Missing("createProject", "name", "1 to 200"),
        Member("createProject", "name", "null", "1 to 200", "null"),
        .. Create.Concat(Change),
    ];

    private static IEnumerable<BadRequest> Create => OfBoth("createProject");

    private static IEnumerable<BadRequest> Change => OfBoth("changeProject");

    private static IEnumerable<BadRequest> OfBoth(string operation) =>
    [
        Member(operation, "name", "\"\"", "1 to 200", "\"\""),
        Member(operation, "name", "\" \"", "1 to 200", "\" \""),
        Member(operation, "name", $"\"{LongName}\"", "1 to 200", "201 characters"),
        Member(operation, "name", "\"a\\u0000b\"", "control characters", "a\\u0000b"),
        Member(operation, "name", "\"\\udc00\"", "1 to 200", "text"),
        Member(operation, "name", "7", "1 to 200", "a number"),
        Member(operation, "policy", "[]", "an object", "an array"),
        Member(operation, "policy", "\"strict\"", "an object", "text"),
        Member(operation, "policy.allowed_types", "[]", "1 to 12", "an array of 0"),
        Member(operation, "policy.allowed_types", "\"image/jpeg\"", "1 to 12", "text"),
        Member(operation, "policy.allowed_types", "[\"image/svg+xml\"]", "image/jpeg", "another text"),
        Member(operation, "policy.allowed_types", "[null]", "image/jpeg", "null"),
        Member(operation, "policy.max_image_bytes", "1023", "from 1024 to 524288000 bytes", "1023"),
        Member(operation, "policy.max_image_bytes", "524288001", "from 1024 to 524288000 bytes", "524288001"),
        Member(operation, "policy.max_audio_bytes", "-1", "from 1024 to 524288000 bytes", "-1"),
        Member(operation, "policy.max_audio_bytes", "1e6", "whole number", "1e6"),
        Member(operation, "policy.max_multipart_bytes", "5368709121", "5368709120", "5368709121"),
        Member(operation, "policy.max_multipart_bytes", "true", "whole number", "a boolean"),
        Member(operation, "policy.upload_urls_per_minute", "0", "from 1 to 100000", "0"),
        Member(operation, "policy.upload_urls_per_minute", "100001", "from 1 to 100000", "100001"),
        Member(operation, "policy.upload_urls_per_minute", "\"many\"", "from 1 to 100000", "text"),
        Member(operation, "policy.gps", "\"blur\"", "keep, coarsen or drop", "blur"),
        Member(operation, "policy.gps", "true", "keep, coarsen or drop", "a boolean"),
        Member(operation, "policy.gps_grid", "0.0009", "from 0.001 to 10 degrees", "0.0009"),
        Member(operation, "policy.gps_grid", "10.01", "from 0.001 to 10 degrees", "10.01"),
        Member(operation, "policy.gps_grid", "-1", "from 0.001 to 10 degrees", "-1"),
        Member(operation, "policy.gps_grid", "1e999", "from 0.001 to 10 degrees", "1e999"),
        Member(operation, "policy.gps_grid", "\"0.1\"", "from 0.001 to 10 degrees", "text"),
        Member(operation, "policy.scrub_gps", "1", "true or false", "a number"),
        Member(operation, "policy.keep_all_tags", "\"true\"", "true or false", "text"),
        Member(operation, "policy.hash_image_data", "[]", "true or false", "an array"),
        Member(operation, "policy.max_pixels", "999999", "from 1000000 to 500000000 pixels", "999999"),
        Member(operation, "policy.max_pixels", "500000001", "from 1000000 to 500000000 pixels", "500000001"),
        Member(operation, "policy.thumbnail_sizes", "[15]", "from 16 to 2048", "15"),
        Member(operation, "policy.thumbnail_sizes", "[64,2049]", "from 16 to 2048", "2049"),
        Member(operation, "policy.thumbnail_sizes", "[64,64]", "different", "64"),
        Member(operation, "policy.thumbnail_sizes", "[1e2,\"64\"]", "whole numbers", "an array with"),
        Member(operation, "policy.thumbnail_sizes", "[20,30,40,50,60]", "at most 4", "an array of 5"),
        Member(operation, "policy.thumbnail_sizes", "64", "at most 4", "a number"),
        Member(operation, "policy.publish_to_cdn", "\"yes\"", "true or false", "text"),
        Member(operation, "policy.system_media", "\"all\"", "organization or everyone", "all"),
        Member(operation, "policy.max_pixels", "1.5e6", "whole number", "1.5e6"),
    ];
}
