using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary><c>GET /v1/files</c></summary>
/// <remarks>
/// "List and search assets" API. Of its query language there is what finds a file by name or path: conditions joined by
/// AND, each <c>name = "x"</c> or <c>path : "x"</c>, where the colon means "begins with".
/// </remarks>
internal sealed class FileListing(MediaLibrary library, PublicUrls urls)
{
    private const int MostResults = 1_000;

    /// <exception cref="ImageKitError">A parameter is unknown or not valid.</exception>
    public ImageKitAnswer List(IQueryCollection query)
    {
        string[] known = ["path", "name", "searchQuery", "limit", "skip", "sort", "type", "fileType", "tags"];
        if (query.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw ImageKitError.Invalid($"{unknown} is not a parameter of this list: {string.Join(", ", known)}.");
        }

        var files = Sort(library.Files.Where(Chosen(query)), Word(query, "sort", "ASC_CREATED"))
            .Skip(Number(query, "skip", 0, int.MaxValue) ?? 0)
            .Take(Number(query, "limit", 1, MostResults) ?? MostResults);
        return ImageKitAnswer.Of(200, json =>
        {
            json.WriteStartArray();
            foreach (var file in files)
            {
                json.WriteStartObject();
                file.Write(json, urls.Of(file));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static Func<LibraryFile, bool> Chosen(IQueryCollection query)
    {
        var folder = query.TryGetValue("path", out var path) ? AssetPath.CleanFolder(path.ToString()) : null;
        var kind = Word(query, "fileType", "all");
        if (kind is not ("all" or "image" or "non-image"))
        {
            throw ImageKitError.Field("fileType", "must be all, image or non-image", kind);
        }

        // Beside searchQuery, name and type have no effect.
        var search = query.TryGetValue("searchQuery", out var text) ? FileSearch.Parse(text.ToString())
            : query.TryGetValue("name", out var name) ? file => file.Name == name.ToString()
            : (Func<LibraryFile, bool>)(_ => true);
        return file => (folder is null || file.Folder == folder) && (kind == "all" || file.FileType == kind)
            && search(file);
    }

    private static IOrderedEnumerable<LibraryFile> Sort(IEnumerable<LibraryFile> files, string sort) => sort switch
    {
        "ASC_NAME" => files.OrderBy(file => file.Name, StringComparer.Ordinal),
        "DESC_NAME" => files.OrderByDescending(file => file.Name, StringComparer.Ordinal),
        "ASC_CREATED" => files.OrderBy(file => file.Created),
        "DESC_CREATED" => files.OrderByDescending(file => file.Created),
        "ASC_UPDATED" => files.OrderBy(file => file.Updated),
        "DESC_UPDATED" => files.OrderByDescending(file => file.Updated),
        "ASC_SIZE" => files.OrderBy(file => file.Size),
        "DESC_SIZE" => files.OrderByDescending(file => file.Size),
        _ => throw ImageKitError.Field("sort", "must be ASC_ or DESC_ and NAME, CREATED, UPDATED or SIZE", sort),
    };

    private static string Word(IQueryCollection query, string name, string usual) =>
        query.TryGetValue(name, out var value) ? value.ToString() : usual;

    private static int? Number(IQueryCollection query, string name, int minimum, int maximum)
    {
        if (!query.TryGetValue(name, out var text))
        {
            return null;
        }

        return int.TryParse(text.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum
                ? number
                : throw ImageKitError.Field(
                    name, $"must be a whole number from {minimum} to {maximum}", text.ToString());
    }
}
