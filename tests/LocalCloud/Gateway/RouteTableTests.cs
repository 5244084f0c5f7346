using PhotoLambda.Local.Gateway;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

public class RouteTableTests
{
    // In an order in which the first that fits would often be the wrong one.
    private static readonly RouteTable Routes = new(((string[])
    [
        "ANY $default", "ANY /{proxy+}", "ANY /photos/{id}", "GET /photos/{id}", "GET /photos/{proxy+}",
        "GET /photos/new",
        "POST /photos/{id}/parts", "GET /{kind}/new", "ANY /",
    ]).Select(r => r.Split(' ')).Select(r => (new HttpRoute("Api", r[0], r[1]), $"{r[0]} {r[1]}")));

    [Theory]
    [InlineData("GET", "/photos/new", "GET /photos/new", "")]
    [InlineData("PUT", "/photos/new", "ANY /photos/{id}", "id=new")]
    [InlineData("GET", "/photos/7", "GET /photos/{id}", "id=7")]
    [InlineData("DELETE", "/photos/7", "ANY /photos/{id}", "id=7")]
    [InlineData("GET", "/photos/7/", "GET /photos/{id}", "id=7")]
    [InlineData("GET", "/photos/7/parts", "GET /photos/{proxy+}", "proxy=7/parts")]
    [InlineData("POST", "/photos/7/parts", "POST /photos/{id}/parts", "id=7")]
    [InlineData("PUT", "/photos/7/parts", "ANY /{proxy+}", "proxy=photos/7/parts")]
    [InlineData("GET", "/songs/new", "GET /{kind}/new", "kind=songs")]
    [InlineData("GET", "/songs/new/x", "ANY /{proxy+}", "proxy=songs/new/x")]
    [InlineData("GET", "/", "ANY /", "")]
    public void The_most_specific_route_wins(string method, string path, string route, string parameters)
    {
        var match = Routes.Match(method, path)!;
        Assert.Equal(route, match.FunctionId);
        Assert.Equal(parameters, string.Join('&', match.Parameters.Select(p => $"{p.Key}={p.Value}")));
    }

    [Fact]
    public void The_default_route_takes_what_no_other_does()
    {
        var routes = new RouteTable(
            [(new HttpRoute("Api", "ANY", "$default"), "rest"), (new HttpRoute("Api", "GET", "/a"), "a")]);
        Assert.Equal("$default", routes.Match("POST", "/a")!.Key);
        Assert.Equal("GET /a", routes.Match("GET", "/a")!.Key);
        Assert.Null(new RouteTable([(new HttpRoute("Api", "GET", "/a"), "a")]).Match("POST", "/a"));
    }
}
