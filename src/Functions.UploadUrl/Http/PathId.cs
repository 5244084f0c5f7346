namespace PhotoLambda.UploadUrl.Http;

/// <summary>Ids that stand in the path of a route.</summary>
internal static class PathId
{
    /// <summary>The value of <c>{name}</c> in the route.</summary>
    /// <returns>Either the id or the problem with it.</returns>
    public static (Guid Id, Problem? Problem) Read(HttpContext http, string name = "id")
    {
        var text = (string?)http.Request.RouteValues[name];
        return Guid.TryParseExact(text, "D", out var id)
            ? (id, null)
            : (default, Problems.Invalid(new FieldError(name, "a UUID", $"\"{Fields.Visible(text ?? "")}\"")));
    }
}
