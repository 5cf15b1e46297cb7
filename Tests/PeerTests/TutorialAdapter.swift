/// The tutorial's API over NanoVer's real client, for tests only: the package that has it cannot be installed any more.
///
/// It follows the tutorial, and where that is silent the original code: typed streets leave out declared fields that
/// are None, turn lists of particles into lists, and take only what has items for an update.
enum TutorialAdapter {
  static let source = #"""
    import copy, uuid
    from contextlib import contextmanager
    import msgpack
    from nanover.utilities.change_buffers import DictionaryChange


    class SharedStateObject:
        declared = ()

        def __init__(self, **fields):
            self.fields = {}
            for name, value in fields.items():
                self[name] = value

        @classmethod
        def load(cls, value):
            if not isinstance(value, dict):
                raise ValueError("not a dictionary")
            return cls(**{}) if not value else cls._of(value)

        @classmethod
        def _of(cls, value):
            made = cls()
            for name, field in value.items():
                made[name] = field
            return made

        def __getitem__(self, name):
            return self.fields[name]

        def __setitem__(self, name, value):
            if name == "particle_ids" and name in self.declared and value is not None:
                value = list(value)
            self.fields[name] = value

        def save(self):
            return {
                name: value
                for name, value in self.fields.items()
                if not (name in self.declared and value is None)
            }


    class ParticleSelection(SharedStateObject):
        declared = ("particle_ids", "display_name")


    class Visualisation(SharedStateObject):
        declared = ("display_name", "selection", "frame", "visualiser", "hide", "layer", "priority")


    class MultiplayerAvatar(SharedStateObject):
        declared = ("name", "color", "components")


    class Interaction(SharedStateObject):
        declared = ()


    class Reference:
        def __init__(self, town, key, kind):
            self.town, self.key, self.kind = town, key, kind

        @property
        def has_value(self):
            return self.key in self.town.houses()

        def snapshot(self):
            value = copy.deepcopy(self.town.houses()[self.key])
            return self.kind.load(value) if self.kind else value

        def set(self, value):
            if isinstance(value, SharedStateObject):
                value = value.save()
            self.town.real.update_state(DictionaryChange(updates={self.key: value}))

        def update(self, **fields):
            value = self.snapshot()
            for name, field in fields.items():
                value[name] = field
            self.set(value)

        @contextmanager
        def modify(self):
            value = self.snapshot()
            yield value
            self.set(value)

        def remove(self):
            if not self.has_value:
                raise KeyError(self.key)
            self.town.real.update_state(DictionaryChange(removals={self.key}))


    class View:
        def __init__(self, town, prefix="", kind=None):
            self.town, self.prefix, self.kind = town, prefix, kind

        def __getitem__(self, key):
            if not key.startswith(self.prefix):
                key = self.prefix + key
            return Reference(self.town, key, self.kind)

        def __setitem__(self, key, value):
            self[key].set(value)

        def __delitem__(self, key):
            self[key].remove()

        def set(self, key, snapshot=None, **fields):
            if snapshot is None:
                if self.kind is None:
                    raise ValueError("no type")
                snapshot = self.kind(**fields)
            self[key].set(snapshot)
            return self[key]

        def add(self, snapshot=None, **fields):
            return self.set(str(uuid.uuid4()), snapshot, **fields)

        def update(self, key, **fields):
            self[key].update(**fields)
            return self[key]

        def clear(self):
            for key in list(self.town.houses()):
                if key.startswith(self.prefix):
                    del self[key]

        def collection(self, prefix, kind=None):
            return View(self.town, prefix, kind)


    class Town:
        def __init__(self, real):
            self.real = real

        def houses(self):
            return self.real.copy_state()


    class Client:
        def __init__(self, real):
            self.real = real
            town = View(Town(real))
            self.selections = town.collection("selection.", ParticleSelection)
            self.visualisations = town.collection("visualiser.", Visualisation)
            self.interactions = town.collection("interaction.", Interaction)
            self.avatars = town.collection("avatar.", MultiplayerAvatar)

        def update_state(self, change):
            self.real.update_state(change)


    shared_state = View(Town(client))
    client = Client(client)
    """#
}
