namespace PhotoLambda.PublishToCdn;

/// <summary>
/// The contents that this process saw published last: a hint that spares a claim, and is held against the asset's row
/// each time. Safe for concurrent use.
/// </summary>
internal sealed class RecentContents
{
    private const int Most = 2_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<(string Place, Guid Asset)>> _nodes = [];
    private readonly LinkedList<(string Place, Guid Asset)> _byUse = [];

    public Guid? Find(Content content)
    {
        lock (_lock)
        {
            var node = content.Places().Select(p => _nodes.GetValueOrDefault(p)).FirstOrDefault(n => n is not null);
            if (node is null)
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Asset;
        }
    }

    public void Add(Content content, Guid asset)
    {
        lock (_lock)
        {
            foreach (var place in content.Places())
            {
                Remove(place);
                _nodes[place] = _byUse.AddLast((place, asset));
            }

            while (_nodes.Count > Most)
            {
                Remove(_byUse.First!.Value.Place);
            }
        }
    }

    public void Forget(Content content)
    {
        lock (_lock)
        {
            foreach (var place in content.Places())
            {
                Remove(place);
            }
        }
    }

    private void Remove(string place)
    {
        if (_nodes.Remove(place, out var node))
        {
            _byUse.Remove(node);
        }
    }
}
